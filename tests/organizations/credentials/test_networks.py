"""From which addresses a credential may be used."""

import pytest

from apps.core.errors import Invalid
from apps.organizations.credentials.networks import allows, checked, lie_within


def test_networks_are_kept_in_their_usual_notation() -> None:
    given = ["192.0.2.0/24", " 2001:DB8::/32 ", "203.0.113.9", "", "192.0.2.0/24"]
    assert checked(given) == ["192.0.2.0/24", "2001:db8::/32", "203.0.113.9/32"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10.0.0.5/8", "10.0.0.0/8"),
        ("2001:db8::1/32", "2001:db8::/32"),
        ("everywhere", "is no network"),
        ("10.0.0.0/33", "is no network"),
        ("010.0.0.1", "is no network"),
        ("::ffff:10.0.0.0/104", "as IPv4"),
    ],
)
def test_a_network_that_would_not_mean_what_it_says_is_refused_with_a_word_on_how(text: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        checked([text])


def test_more_networks_than_anybody_reviews_are_refused() -> None:
    with pytest.raises(Invalid, match="At most 50"):
        checked([f"10.0.{number}.0/24" for number in range(51)])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("2001:db8:ffff::1", True),
        ("2001:db9::1", False),
        (None, False),
    ],
)
def test_an_address_is_in_or_out(address: str | None, expected: bool) -> None:
    assert allows(["192.0.2.0/24", "2001:db8::/32"], address) is expected


def test_without_networks_every_address_will_do_even_an_unknown_one() -> None:
    assert allows([], "203.0.113.1")
    assert allows([], None)


def test_a_part_lies_within_and_a_larger_or_other_network_does_not() -> None:
    around = ["10.0.0.0/8", "2001:db8::/32"]
    assert lie_within(["10.1.0.0/16", "2001:db8:1::/48"], around)
    assert not lie_within(["10.0.0.0/7"], around)
    assert not lie_within(["10.1.0.0/16", "192.0.2.0/24"], around)
    assert not lie_within(["::/0"], around)
