"""What tests of signing in share."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.accounts.issuer import NETWORKS, Issuer, serving


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def company(settings: Settings) -> Iterator[Issuer]:
    """An issuer, offered as a provider of the installation under the key ``oidc``."""
    with serving() as issuer:
        settings.BASE_URL = "http://testserver"
        settings.ISSUER_NETWORKS = NETWORKS
        settings.SIGN_IN_PROVIDERS = {"oidc": issuer.provider()}
        yield issuer
