"""Which machines a download may talk to."""

import pytest

from apps.notion.addresses import AddressPolicy, is_public, resolve_host
from apps.notion.file_errors import AddressRefused
from apps.notion.network import WebAddress

PUBLIC = ["8.8.8.8", "52.218.0.1", "2606:4700::1111", "2a00:1450:4001:81c::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"]

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "",
    "example.com",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(address)


class Names:
    """A resolver that gives the next of its answers each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0)


async def allowed(policy: AddressPolicy, url: str, *answers: list[str]) -> tuple[list[str], Names]:
    names = Names(*answers)
    return list(await policy.addresses(WebAddress.parse(url), names)), names


async def test_a_public_name_gives_its_addresses_in_order() -> None:
    addresses, names = await allowed(
        AddressPolicy.public(), "https://Files.Example.com/a", ["8.8.8.8", "2606:4700::1111", "8.8.8.8"]
    )
    assert addresses == ["8.8.8.8", "2606:4700::1111"]
    assert names.asked == [("files.example.com", 443)]


@pytest.mark.parametrize(
    "url", ["http://files.example.com/a", "https://user:pw@files.example.com/a", "https://u@x.com"]
)
async def test_plain_http_and_credentials_are_refused_before_any_lookup(url: str) -> None:
    with pytest.raises(AddressRefused):
        await allowed(AddressPolicy.public(), url)


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:192.168.0.1", "8.8.8.8"]])
async def test_one_address_inside_is_enough_to_refuse(answer: list[str]) -> None:
    with pytest.raises(AddressRefused, match="not on the public internet"):
        await allowed(AddressPolicy.public(), "https://files.example.com/a", answer)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1", "localhost", "[::ffff:7f00:1]"]
)
async def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises((AddressRefused, OSError, ValueError)):
        await AddressPolicy.public().addresses(WebAddress.parse(f"https://{host}/a"), resolve_host)


@pytest.mark.parametrize("host", ["a..example.com", ".example.com", f"{'a' * 64}.example.com"])
async def test_what_cannot_be_a_name_is_unknown(host: str) -> None:
    """The codec that names pass through raises an error of its own, which nobody expects of a lookup."""
    with pytest.raises(OSError, match="no host name"):
        await AddressPolicy.public().addresses(WebAddress.parse(f"https://{host}/a"), resolve_host)


async def test_networks_of_the_installation_are_allowed_and_no_neighbour_of_theirs() -> None:
    policy = AddressPolicy.also(["10.8.0.0/16", "fd00::/64"])
    assert [policy.allows(ip) for ip in ("10.8.1.2", "fd00::1", "8.8.8.8")] == [True] * 3
    assert [policy.allows(ip) for ip in ("10.9.0.1", "fd01::1", "127.0.0.1", "::ffff:10.8.1.2", "nonsense")] == [
        False
    ] * 5


async def test_a_listed_origin_is_on_this_machine_whatever_its_name_says() -> None:
    policy = AddressPolicy.loopback(["http://127.0.0.1:8100", "http://sandbox.test", "http://[::1]:81/"])
    assert (await allowed(policy, "http://127.0.0.1:8100/file"))[0] == ["127.0.0.1"]
    assert (await allowed(policy, "http://sandbox.test:80/file"))[0] == ["127.0.0.1"]
    assert (await allowed(policy, "http://[::1]:81/file"))[0] == ["::1"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8101/a", "http://localhost:8100/a", "http://sandbox.test:8100/a"])
async def test_other_origins_of_this_machine_stay_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await allowed(AddressPolicy.loopback(["http://127.0.0.1:8100"]), url)


async def test_the_sandbox_policy_still_lets_public_files_through_and_private_ones_not() -> None:
    policy = AddressPolicy.loopback(["http://127.0.0.1:8100"])
    assert (await allowed(policy, "https://files.example.com/a", ["8.8.8.8"]))[0] == ["8.8.8.8"]
    with pytest.raises(AddressRefused):
        await allowed(policy, "https://files.example.com/a", ["127.0.0.1"])


@pytest.mark.parametrize("origin", ["http://10.0.0.1", "https://8.8.8.8", "ftp://localhost", "localhost:80"])
def test_an_origin_outside_this_machine_cannot_be_listed(origin: str) -> None:
    with pytest.raises(ValueError, match="address"):
        AddressPolicy.loopback([origin])
