"""Credentials over the API, as an integrator meets them."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import Charter
from apps.organizations.credentials.limits import Limits
from apps.organizations.models import Credential
from tests.factories.credentials import bearer, make_account, make_token
from tests.factories.tenants import Tenant
from tests.organizations.test_standing import workspace

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/o/acme/"


def send(api: Client, method: str, path: str, status: int, **body: Any) -> Any:
    answer = api.generic(method, f"{ROOT}{path}", json.dumps(body), "application/json")
    assert answer.status_code == status, answer.content
    if "secret" in (shown := answer.json() if answer.content else {}):
        assert answer["Cache-Control"] == "no-store"
    return shown


def test_the_life_of_a_token(acme: Tenant) -> None:
    api = acme.api(Role.OPERATOR)
    one = workspace(acme, "One")
    made = send(
        api,
        "POST",
        "tokens/",
        201,
        name="Backup",
        permissions=["snapshot.view"],
        workspaces=[one.public_id],
        networks=["127.0.0.0/8"],
    )
    assert made["owner"] == "operator@acme.example"
    assert (made["kind"], made["permissions"], made["workspaces"]) == ("token", ["snapshot.view"], [one.public_id])
    path = f"tokens/{made['id']}/"
    assert "secret" not in send(api, "GET", path, 200)
    assert bearer(made["secret"]).get(f"{ROOT}snapshots/").status_code == 200

    changed = send(api, "PATCH", path, 200, name="Backups", permissions=None, networks=[])
    assert (changed["name"], changed["permissions"], changed["networks"]) == ("Backups", None, [])
    assert changed["workspaces"] == [one.public_id], "what is left out stays"

    rotated = send(api, "POST", f"{path}rotation/", 200, grace=3600)
    ends = datetime.fromisoformat(rotated["previous_expires_at"])
    assert timedelta(minutes=59) < ends - timezone.now() <= timedelta(hours=1)
    both = (made["secret"], rotated["secret"])
    assert [bearer(secret).get(f"{ROOT}snapshots/").status_code for secret in both] == [200, 200]
    send(api, "DELETE", f"{path}previous/", 200)
    assert [bearer(secret).get(f"{ROOT}snapshots/").status_code for secret in both] == [401, 200]
    send(api, "DELETE", f"{path}previous/", 409)

    assert send(api, "PATCH", path, 200, is_on=False)["is_on"] is False
    assert bearer(rotated["secret"]).get(f"{ROOT}snapshots/").status_code == 401
    assert send(api, "DELETE", path, 200)["revoked_at"]
    send(api, "DELETE", path, 409)
    send(api, "POST", f"{path}rotation/", 409)


def test_the_life_of_a_service_account(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    one = workspace(acme, "One")
    made = send(api, "POST", "service-accounts/", 201, name="CI", role="operator", workspaces=[one.public_id])
    assert (made["role"], made["workspaces"], made["made_by"]) == ("operator", [one.public_id], "owner@acme.example")
    path = f"service-accounts/{made['id']}/"
    token = send(api, "POST", f"{path}credentials/", 201, name="Runner")
    client = send(api, "POST", f"{path}credentials/", 201, name="Loader", kind="client", networks=["127.0.0.1"])
    assert (token["owner"], client["kind"], client["networks"]) == (made["id"], "client", ["127.0.0.1/32"])
    listed = send(api, "GET", f"{path}credentials/", 200)["results"]
    assert [row["id"] for row in listed] == [client["id"], token["id"]]

    mine = bearer(token["secret"])
    assert send(mine, "GET", "actor/", 200)["kind"] == "service"
    granted = Client().post(
        "/oauth/token",
        {"grant_type": "client_credentials", "client_id": client["id"], "client_secret": client["secret"]},
    )
    assert bearer(granted.json()["access_token"]).get(f"{ROOT}workspaces/").status_code == 200

    changed = send(api, "PATCH", path, 200, permissions=["workspace.view"], note="Ask the build team.")
    assert (changed["role"], changed["permissions"]) == (None, ["workspace.view"])
    assert changed["workspaces"] == [one.public_id]
    send(mine, "GET", "actor/", 403)

    credential = f"{path}credentials/{token['id']}/"
    rotated = send(api, "POST", f"{credential}rotation/", 200, grace=0)
    assert mine.get(f"{ROOT}workspaces/").status_code == 401
    assert bearer(rotated["secret"]).get(f"{ROOT}workspaces/").status_code == 200
    send(api, "PATCH", path, 200, is_on=False)
    assert bearer(rotated["secret"]).get(f"{ROOT}workspaces/").status_code == 401
    send(api, "DELETE", credential, 200)
    send(api, "DELETE", path, 204)
    send(api, "GET", path, 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"permissions": ["fly"]}, "permissions"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["organization.delete"]}, "permissions"),
        ({"workspaces": ["ws_nowhere"]}, "workspaces"),
        ({"workspaces": []}, "workspaces"),
        ({"networks": ["10.0.0.5/8"]}, "networks"),
        ({"networks": ["anywhere"]}, "networks"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "expires_at"),
        ({"name": " "}, "name"),
        ({"scope": "x"}, "scope"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(acme: Tenant, body: dict[str, Any], field: str) -> None:
    shown = send(acme.api(Role.OPERATOR), "POST", "tokens/", 422, **({"name": "X"} | body))
    assert {error["pointer"].split("/")[1] for error in shown["errors"]} == {field}


def test_a_workspace_of_another_organization_is_not_there(acme: Tenant, globex: Tenant) -> None:
    theirs = workspace(globex, "Theirs")
    shown = send(acme.api(Role.OWNER), "POST", "tokens/", 422, name="X", workspaces=[theirs.public_id])
    assert [error["pointer"] for error in shown["errors"]] == ["#/workspaces"]


def test_a_service_account_makes_no_tokens_of_people_and_none_for_a_wider_account(acme: Tenant) -> None:
    account = make_account(acme, Charter("Manager", role=Role.ADMIN))
    boss = make_account(acme, Charter("Boss", role=Role.OWNER))
    _, secret = make_token(acme, account)
    api = bearer(secret)
    send(api, "POST", "tokens/", 422, name="X")
    send(api, "POST", f"service-accounts/{boss.public_id}/credentials/", 403, name="X")
    send(api, "POST", f"service-accounts/{account.public_id}/credentials/", 201, name="X")


def test_a_whole_page_of_credentials_takes_as_many_queries_as_one(
    acme: Tenant, django_assert_max_num_queries: Any
) -> None:
    one = workspace(acme, "One")
    account = make_account(acme, Charter("Reader", role=Role.VIEWER))
    for _ in range(30):
        make_token(acme, account, Limits(workspace_ids=frozenset({one.pk})))
    api = acme.api(Role.OWNER)
    with django_assert_max_num_queries(12):
        rows = send(api, "GET", f"service-accounts/{account.public_id}/credentials/", 200)["results"]
    assert {tuple(row["workspaces"]) for row in rows} == {(one.public_id,)}


def test_secrets_are_nowhere_but_in_the_answer(acme: Tenant) -> None:
    made = send(acme.api(Role.OWNER), "POST", "tokens/", 201, name="X")
    with scope(acme.organization.pk):
        kept = str(list(Credential.objects.values())) + str(list(AuditEntry.objects.values()))
    assert made["secret"] not in kept
    assert made["prefix"] in kept
