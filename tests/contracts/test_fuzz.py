"""Schemathesis reads the description of the API and tries what it says, and what it does not say: with all checks.

A body that fits its schema may still be refused for what it means (an id that is not there, a state), as 404, 409 or
422; everything else that the checks expect holds as it is.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.renderers import JSONRenderer
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.models import Team
from apps.sandbox import Sandbox
from apps.workspaces.models import Workspace
from tests.factories.keys import give_key
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

EXAMPLES = 2
"""Of each call and mode."""
REFUSED_FOR_MEANING = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
REFUSED = ["400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "428"]


@cache
def described() -> Any:
    schema = schemathesis.openapi.from_dict(written())
    schema.app = get_wsgi_application()
    schema.config.generation.allow_x00 = False  # refused at the door: tests/core/test_hostile_input.py
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSED_FOR_MEANING
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSED
    return schema


@cache
def operations() -> dict[str, Any]:
    found = [one.ok() for one in described().get_all_operations() if isinstance(one, Ok)]
    return {one.label: one for one in found}


@cache
def written() -> dict[str, Any]:
    said: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return json.loads(JSONRenderer().render(said))  # type: ignore[no-any-return]


def labels() -> list[str]:
    return [f"{method.upper()} {path}" for path, methods in written()["paths"].items() for method in methods]


@pytest.fixture(autouse=True)
def the_same_connection() -> Iterator[None]:
    """The end of a request leaves the test's transaction alone, as with Django's own client."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def objects(acme: Tenant, sandbox: Sandbox) -> dict[str, str]:
    """What is there: the collection in an address → the id of one of it."""
    base_url = sandbox.service.settings.base_url or ""
    with scope(acme.organization.pk):
        workspace = Workspace.objects.create(
            name="Studio", notion_id="w1", bot_id="bot", base_url=base_url, rate_limit=180, rate_window=60
        )
        give_key(workspace, sandbox.token)
        team = Team.objects.create(name="Design")
    return {"workspaces": workspace.public_id, "teams": team.public_id}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("label", labels())
def test_schemathesis_finds_nothing(acme: Tenant, sandbox: Sandbox, label: str, mode: GenerationMode) -> None:
    path = label.split()[1]
    operation = operations()[label]
    known = objects(acme, sandbox)
    fixed = {"slug": acme.slug}
    if "{public_id}" in path:
        fixed["public_id"] = known.get(path.split("/")[5], "nothing_0000")
    headers = {"Authorization": acme.api(Role.OWNER).defaults["HTTP_AUTHORIZATION"]}
    if not operation.body and not [one for one in operation.iter_parameters() if one.location != "path"]:
        pytest.skip("nothing can vary")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=fixed))
    def try_it(case: Any) -> None:
        # `fields` gives a part of what is described: tests/core/rest/test_lists.py has it
        apart = [response_schema_conformance] if "fields" in (case.query or {}) else []
        case.call_and_validate(headers=headers, excluded_checks=apart)

    try_it()
