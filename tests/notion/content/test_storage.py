"""Whose storage an address is in: the whole host decides, because a page's author can write any address."""

import pytest

from apps.notion.storage import is_signed_by_notion


@pytest.mark.parametrize(
    "url",
    [
        "https://prod-files-secure.attacker.example/a/b?X-Amz-Signature=1",
        "https://prod-files-secure.s3.us-west-2.amazonaws.com.attacker.example/a?x=1",
        "https://prod-files-secure.s3.us-west-2.amazonaws.com:8443/a?x=1",
        "https://prod-files-secure.s3.us-west-2.amazonaws.com@attacker.example/a?x=1",
        "https://s3evil.s3.amazonaws.com/prod-files-secure/a?x=1",
        "https://file.notion.so.attacker.example/f?x=1",
        "http://prod-files-secure.s3.us-west-2.amazonaws.com/a?x=1",
    ],
)
def test_an_address_that_only_begins_like_notions_is_its_authors(url: str) -> None:
    assert not is_signed_by_notion(url)


def test_notions_own_are_known() -> None:
    assert is_signed_by_notion("https://prod-files-secure.s3.us-west-2.amazonaws.com/a/b/c.png?X-Amz-Signature=1")
    assert is_signed_by_notion("https://s3.us-west-2.amazonaws.com/secure.notion-static.com/a/c.png?X-Amz-Signature=1")
