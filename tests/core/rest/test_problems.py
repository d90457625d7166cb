"""Each kind of problem has an address that explains it; what is to end says so."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.access.roles import Role
from apps.core.problem_types import PROBLEM_TYPES, ProblemType
from apps.core.rest.deprecation import Deprecation
from tests.factories.tenants import Tenant

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.parametrize("kind", PROBLEM_TYPES.values(), ids=lambda kind: kind.name)
def test_its_address_explains_it_to_everybody_and_the_manual_lists_it(kind: ProblemType) -> None:
    answer = Client().get("/" + kind.uri.split("/", 3)[3])
    assert answer.status_code == 200
    assert kind.title in answer.content.decode()
    assert f"| `{kind.name}` | {kind.status} | {kind.meaning} |" in DOCS.read_text()


def test_all_are_listed_and_no_other_is_there() -> None:
    shown = Client().get("/docs/errors/").content.decode()
    assert all(f'id="{name}"' in shown for name in PROBLEM_TYPES)
    assert Client().get("/docs/errors/nothing/").status_code == 404


@pytest.mark.django_db
def test_wrong_members_are_pointed_at_however_deep(acme: Tenant) -> None:
    said = {"name": "a", "colour": "red", "sl/ug": 1}
    answer = acme.api(Role.OWNER).patch(f"/api/v1/o/{acme.slug}/", said, content_type="application/json")
    assert answer.status_code == 422
    assert {wrong["pointer"] for wrong in answer.json()["errors"]} == {"#/colour", "#/sl~1ug"}
    assert answer.json()["type"].endswith("/docs/errors/invalid/")


def test_what_is_to_end_says_when_and_what_instead() -> None:
    since, sunset = datetime(2026, 11, 20, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
    answer = HttpResponse()
    Deprecation(since, sunset, "https://hub.example/docs/old").tell(answer)
    assert answer["Deprecation"] == "@1795132800"
    assert answer["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert answer["Link"] == '<https://hub.example/docs/old>; rel="deprecation"; type="text/html"'
    with pytest.raises(ValueError):
        Deprecation(sunset, since, "")


@pytest.mark.django_db
def test_a_deprecated_call_tells_it_in_each_answer_and_in_its_description(acme: Tenant, rf: Any) -> None:
    from drf_spectacular.generators import SchemaGenerator

    from apps.organizations.api import ActorView

    until = Deprecation(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "https://hub.example/why")

    class Old(ActorView):
        deprecations: ClassVar = {"GET": until}

    request = rf.get(f"/api/v1/o/{acme.slug}/actor/")
    request.actor = acme.actor(Role.OWNER)
    answer = Old.as_view()(request, slug=acme.slug)
    assert (answer.status_code, answer["Deprecation"]) == (200, "@1767225600")
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    view = generator.create_view(Old.as_view(), "GET")  # type: ignore[no-untyped-call]
    view.schema.method = "GET"
    assert view.schema.is_deprecated()
