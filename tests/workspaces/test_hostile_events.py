"""Bodies at the address of a webhook that no reader of JSON elsewhere would give us."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.tenancy import scope
from apps.workspaces.models import Webhook
from apps.workspaces.webhooks.services import open_webhook
from tests.exports.worlds import World
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

BODIES = [
    b'{"verification_token": "\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800"}',
    b'{"verification_token": "short"}',
    b'{"verification_token": 1}',
    b'{"verification_token": ["secret_aaaaaaaa"]}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"n": ' + b"9" * 5_000 + b"}",
    b'{"n": NaN, "verification_token": null}',
    b"\xff\xfe",
    b"null",
    b'{"id": "\\ud800", "timestamp": "\\ud800"}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_such_a_body_is_refused_calmly_and_nothing_is_kept(acme: Tenant, body: bytes) -> None:
    with scope(acme.organization.pk):
        webhook = open_webhook(World().workspace, actor=acme.system)
    path = reverse("notion_webhook", args=[webhook.address])
    answer = Client().post(path, body, content_type="application/json")
    assert answer.status_code in (400, 401, 409, 413, 422)
    with scope(acme.organization.pk):
        assert Webhook.objects.get().token is None
