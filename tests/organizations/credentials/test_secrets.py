"""How a secret looks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.organizations.credentials.secrets import ALPHABET, digest_of, findable, is_well_formed, new_secret
from apps.organizations.models import CredentialKind

TOKEN, CLIENT = CredentialKind.TOKEN, CredentialKind.CLIENT


@pytest.mark.parametrize(("kind", "shape"), [(TOKEN, r"nh_[0-9A-Za-z]{49}"), (CLIENT, r"nhc_[0-9A-Za-z]{49}")])
def test_a_scanner_finds_a_secret_by_its_shape(kind: CredentialKind, shape: str) -> None:
    secrets = {new_secret(kind) for _ in range(200)}
    assert len(secrets) == 200
    assert all(re.fullmatch(shape, secret) and is_well_formed(secret, kind) for secret in secrets)


def test_the_random_part_holds_256_bits() -> None:
    assert len(ALPHABET) ** 43 > 2**256
    assert len(digest_of(new_secret(TOKEN))) == 32


@given(position=st.integers(3, 51), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found_out_without_a_query(position: int, other: str) -> None:
    secret = "nh_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
    secret = next(made for made in iter(lambda: new_secret(TOKEN), secret) if made[position] != other)
    assert not is_well_formed(secret[:position] + other + secret[position + 1 :], TOKEN)


@given(st.text(max_size=80))
def test_what_was_not_made_here_is_not_well_formed(text: str) -> None:
    assert not is_well_formed(text, TOKEN)


def test_a_secret_of_one_kind_is_none_of_the_other() -> None:
    assert not is_well_formed(new_secret(CLIENT), TOKEN)
    assert not is_well_formed(new_secret(TOKEN), CLIENT)


def test_what_is_kept_to_find_it_again_gives_nothing_away() -> None:
    secret = new_secret(TOKEN)
    assert findable(secret) == secret[:10]
    assert findable(new_secret(CLIENT)).startswith("nhc_")
