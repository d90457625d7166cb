"""Every call has examples that fit what the description says. Real ones come from here: ``RECORD=1`` writes them."""

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from pydantic import SecretStr
from rest_framework.renderers import JSONRenderer

from apps.access.roles import Role
from apps.core.rest import examples
from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from apps.workspaces.models import ConnectionKind
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending


@cache
def described() -> dict[str, Any]:
    said = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return dict(json.loads(JSONRenderer().render(said)))


def calls() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    whole = schema | {"components": described()["components"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


@pytest.mark.parametrize("operation", [one for _, _, one in calls()], ids=lambda one: one["operationId"])
def test_each_example_fits_its_schema(operation: dict[str, Any]) -> None:
    told = 0
    contents = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in (inner for one in contents for inner in one.get("content", {}).values()):
        if content.get("schema", {}).get("format") != "binary":
            told += 1
            assert faults(content["schema"], content["example"]) == []
    assert told


def test_what_is_recorded_belongs_to_a_call() -> None:
    known = {operation["operationId"] for _, _, operation in calls()}
    assert set(examples.recorded()) <= known


@pytest.mark.django_db(transaction=True)
def test_real_answers_fit_as_well(acme: Tenant, sandbox: Sandbox) -> None:
    """What a program does on its first day."""
    base_url, token = sandbox.service.settings.base_url or "", SecretStr(sandbox.token)
    with scope(acme.organization.pk):
        workspace = connect_workspace(
            probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=acme.system
        ).public_id
    found: dict[str, Any] = {}
    ask = caller(acme, found)
    ask("GET", "actor/")
    ask("GET", "workspaces/")
    ask("GET", f"workspaces/{workspace}/")
    ask("PATCH", f"workspaces/{workspace}/", {"rate_limit": 120})
    job = ask("POST", f"workspaces/{workspace}/captures/", {"mode": "full"})["id"]
    run_pending()
    ask("GET", f"jobs/{job}/")
    ask("GET", "jobs/?page_size=1")
    ask("GET", f"jobs/{job}/events/?page_size=2")
    snapshot = ask("GET", "snapshots/?page_size=1")["results"][0]["id"]
    ask("GET", f"snapshots/{snapshot}/")
    export = ask("POST", "exports/", {"snapshot": snapshot, "format": "markdown", "options": {}})["id"]
    run_pending()
    ask("GET", f"exports/{export}/")
    ask("GET", "exports/")
    team = ask("POST", "teams/", {"name": "Design"})["id"]
    ask("GET", f"teams/{team}/")
    ask("PATCH", f"teams/{team}/", {"name": "Product"})
    ask("GET", "teams/")
    ask("GET", "members/")
    ask("POST", "invitations/", {"email": "ada@acme.example", "role": "viewer"})
    nightly = {"name": "Nightly", "action": "snapshots.capture", "subject": workspace, "cron": "0 2 * * *"}
    ask("POST", "schedules/", nightly)
    ask("POST", f"workspaces/{workspace}/webhook/")
    ask("GET", f"workspaces/{workspace}/retention/")
    ask("GET", "audit/?page_size=1")
    if os.environ.get("RECORD"):
        examples.RECORDED.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        examples.recorded.cache_clear()
    assert set(found) == set(examples.recorded()), "RECORD=1 writes them anew"


def caller(tenant: Tenant, found: dict[str, Any]) -> Callable[..., Any]:
    api, base = tenant.api(Role.OWNER), f"/api/v1/o/{tenant.slug}/"

    def ask(method: str, address: str, body: Any = None) -> Any:
        answer = api.generic(method, base + address, json.dumps(body or {}), content_type="application/json")
        assert answer.status_code < 300, (address, answer.content)
        said = answer.json()
        operation = _operation(method, base + address.partition("?")[0])
        [content] = operation["responses"][str(answer.status_code)]["content"].values()
        assert faults(content["schema"], said) == []
        real = {"status": answer.status_code, "answer": said} | ({"request": body} if body is not None else {})
        found.setdefault(operation["operationId"], json.loads(_harmless(json.dumps(real))))
        return said

    return ask


def _operation(method: str, path: str) -> dict[str, Any]:
    shapes = {re.sub(r"\{[a-z_]+\}", "[^/]+", shape): shape for shape in described()["paths"]}
    [shape] = [shapes[each] for each in sorted(shapes, key=lambda each: each.count("[")) if re.fullmatch(each, path)][
        :1
    ]
    return dict(described()["paths"][shape][method.lower()])


def _harmless(said: str) -> str:
    """No address or secret of a test's in the examples."""
    said = re.sub(r"http://(127\.0\.0\.1|testserver|localhost)(:\d+)?", "https://hub.acme.example", said)
    said = re.sub(r"(/webhooks/notion/)[\w-]+", r"\1pZ3vR8mK1xT6wQ9yB4nH7dLs2fJ0cGuA", said)
    return re.sub(r"nh_[A-Za-z0-9]{20,}", "nh_example", said)
