"""Malformed and oversized input gets a 4xx with a sentence, never a 500."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.access.roles import Role
from tests.contracts.routes import endpoints
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_a_query_string_that_is_too_long_is_refused(acme: Tenant) -> None:
    answer = acme.browser(Role.OWNER).get(f"/o/{acme.slug}/audit/?query={'x' * 5000}")
    assert answer.status_code == 414
    assert "4096" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["query=%00", "since=not-a-date", "page=minus", "page=-1", "page=99999999", "event=no"]
)
def test_a_malformed_query_string_never_breaks_a_page(acme: Tenant, query: str) -> None:
    assert acme.browser(Role.OWNER).get(f"/o/{acme.slug}/audit/?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b'{"name": "x", "extra": 1}', "application/json", 422),
        (b'{"name": null}', "application/json", 422),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', "application/json", 413),
    ],
)
def test_a_bad_body_is_a_problem_with_a_sentence(acme: Tenant, body: bytes, content_type: str, status: int) -> None:
    answer = acme.api(Role.OWNER).post(f"/api/v1/o/{acme.slug}/tokens/", body, content_type=content_type)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["request_id"] == answer["X-Request-ID"]


def test_a_cursor_that_was_made_up_is_refused(acme: Tenant) -> None:
    assert acme.api(Role.OWNER).get(f"/api/v1/o/{acme.slug}/tokens/?cursor=nonsense").status_code == 422


@pytest.mark.parametrize("address", ["/nowhere/", "/api/v1/nowhere/", "/o/", "/api/v1/o/"])
def test_an_unknown_address_is_a_404_in_the_callers_language(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json" if "/api/" in address else "text/html")


def test_the_callers_request_id_is_kept_unless_it_is_odd(db: None) -> None:
    assert Client(headers={"X-Request-ID": "abc-12345"}).get("/sign-in/")["X-Request-ID"] == "abc-12345"
    assert Client(headers={"X-Request-ID": "<script>"}).get("/sign-in/")["X-Request-ID"] != "<script>"


@pytest.mark.parametrize("length", ["9" * 5_000, "²", "1,1", "-1", "+1", "0x10"])
def test_a_length_that_is_no_number_is_refused(db: None, length: str) -> None:
    """Python reads digits of all scripts, and refuses more than 4,300 of them with an error of its own."""
    assert Client().post("/sign-out/", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/xml", "application/octet-stream", "text/plain", "image/svg+xml", "application/zip"]
)
def test_a_body_of_another_type_is_refused_unread(acme: Tenant, kind: str) -> None:
    answer = acme.browser(Role.OWNER).post(f"/o/{acme.slug}/settings/", b"x" * 10, content_type=kind)
    assert answer.status_code == 415


def test_no_form_takes_a_file(acme: Tenant) -> None:
    file = SimpleUploadedFile("bomb.zip", b"PK", content_type="application/zip")
    assert acme.browser(Role.OWNER).post(f"/o/{acme.slug}/settings/", {"name": file}).status_code == 400


def test_one_field_too_many_is_refused(acme: Tenant) -> None:
    many = {f"field{number}": "x" for number in range(300)}
    assert acme.browser(Role.OWNER).post(f"/o/{acme.slug}/settings/", many).status_code == 400


@pytest.mark.parametrize(
    "body", [r'{"role": "\ud800"}', r'{"filter": {"\ud800": 1}}', r'{"format": ["\udfff"]}', r'["\ud800"]']
)
def test_half_a_character_is_refused_by_every_endpoint(acme: Tenant, body: str) -> None:
    """JSON can name one (RFC 8259 section 8.2); the answer that repeated it could not be sent."""
    api = acme.api(Role.OWNER)
    taking = [route for route in endpoints() if "POST" in getattr(route.view, "view_class").permissions]  # noqa: B009
    answers = {
        str(route): api.post(route.path(acme.slug), body, content_type="application/json").status_code
        for route in taking
        if not route.is_detail
    }
    assert len(answers) > 8
    assert set(answers.values()) <= {400, 405}, answers
