"""A call that is sent again does nothing again, whatever happened to the first one."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.enclosing import enclosed
from apps.core.models import IdempotentCall
from apps.core.rest import idempotency
from apps.core.tenancy import scope
from apps.organizations.models import Credential, Team
from apps.organizations.services import create_team
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def send(api: Client, tenant: Tenant, name: str, key: str = "key-1", address: str = "teams") -> Any:
    path = f"/api/v1/o/{tenant.slug}/{address}/"
    return api.post(path, {"name": name}, content_type="application/json", headers={"idempotency-key": key})


def names(tenant: Tenant) -> list[str]:
    with scope(tenant.organization.pk):
        return sorted(Team.objects.values_list("name", flat=True))


def test_the_same_call_again_gets_the_first_answer_and_makes_nothing(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    first, second = send(api, acme, "Design"), send(api, acme, "Design")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Content-Type"] == second["Content-Type"]
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert names(acme) == ["Design"]
    with scope(acme.organization.pk):
        assert AuditEntry.objects.filter(event="team.created").count() == 1


def test_the_same_key_with_another_call_is_refused(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    send(api, acme, "Design")
    for other in (send(api, acme, "Sales"), send(api, acme, "Design", address="tokens")):
        assert other.status_code == 422
        assert other.json()["type"].endswith("/docs/errors/key-reused/")
    assert names(acme) == ["Design"]


def test_keys_belong_to_one_credential(acme: Tenant) -> None:
    assert send(acme.api(Role.OWNER), acme, "Design").status_code == 201
    assert send(acme.api(Role.OWNER), acme, "Sales").status_code == 201


def test_what_was_refused_leaves_its_key_free(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    assert send(api, acme, "").status_code == 422
    assert send(api, acme, "Design").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ü"])
def test_a_key_has_a_shape(acme: Tenant, key: str) -> None:
    answer = send(acme.api(Role.OWNER), acme, "Design", key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


def test_while_the_first_has_no_answer_the_second_waits_and_takes_over_when_it_is_dead(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    send(api, acme, "Design")
    with scope(acme.organization.pk):
        Team.objects.all().delete()  # as though the process had died before its work was committed
        IdempotentCall.objects.update(answer=None)
        busy = send(api, acme, "Design")
        assert (busy.status_code, busy["Retry-After"]) == (409, "2")
        assert busy.json()["type"].endswith("/in-progress/")
        long_ago = timezone.now() - idempotency.GIVEN_UP - timedelta(seconds=1)
        IdempotentCall.objects.update(started_at=long_ago)
    assert send(api, acme, "Design").status_code == 201
    assert send(api, acme, "Design")["Idempotency-Replayed"] == "true"
    assert names(acme) == ["Design"]


def test_one_that_was_taken_over_while_it_still_lived_is_rolled_back(inside_acme: Tenant) -> None:
    actor = inside_acme.actor(Role.OWNER)
    request = HttpRequest()
    request.method, request._body = "POST", b"{}"
    claim = idempotency.claim(request, actor, "key")
    assert isinstance(claim, idempotency.Claim)
    IdempotentCall.objects.update(turn=2)
    with pytest.raises(idempotency.Overtaken), enclosed():  # noqa: PT012
        create_team("Design", actor=actor)
        claim.keep(_answer())
    assert not Team.objects.exists()


def test_without_its_answer_nothing_is_done(inside_acme: Tenant) -> None:
    """A process that dies between the operation and the answer: the transaction holds both."""
    actor = inside_acme.actor(Role.OWNER)
    with pytest.raises(SystemExit), enclosed():  # noqa: PT012
        create_team("Design", actor=actor)
        raise SystemExit
    assert not Team.objects.exists()


def test_a_secret_that_is_shown_once_is_shown_again_and_lies_nowhere_readable(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    first, second = (send(api, acme, "CI", address="tokens") for _ in range(2))
    secret = first.json()["secret"]
    assert second.json()["secret"] == secret
    with scope(acme.organization.pk):
        assert Credential.objects.filter(name="CI").count() == 1
        answer = bytes(IdempotentCall.objects.get().answer or b"")
    assert secret.encode() not in answer
    assert b"CI" not in answer


def test_after_a_day_the_key_is_free_and_the_answer_gone(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    send(api, acme, "Design")
    with scope(acme.organization.pk):
        IdempotentCall.objects.update(started_at=timezone.now() - idempotency.KEPT - timedelta(minutes=1))
    assert send(api, acme, "Sales").status_code == 201
    idempotency.forget_old(timezone.now() + idempotency.KEPT + timedelta(minutes=1))
    with scope(acme.organization.pk):
        assert not IdempotentCall.objects.exists()


def _answer() -> Any:
    from django.http import HttpResponse

    return HttpResponse(b"{}")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_works(acme: Tenant) -> None:
    api = acme.api(Role.OWNER)
    secret = api.defaults["HTTP_AUTHORIZATION"]
    barrier, answers = threading.Barrier(4), list[Any]()

    def work() -> None:
        client = Client(headers={"authorization": secret})
        barrier.wait()
        answers.append(send(client, acme, "Design"))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert names(acme) == ["Design"]
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1


def test_an_actor_without_a_credential_is_told_by_who_it_is(inside_acme: Tenant) -> None:
    actors: list[Actor] = [inside_acme.actor(Role.OWNER), inside_acme.actor(Role.ADMIN)]
    for actor in actors:
        request = HttpRequest()
        request.method, request._body = "POST", b"{}"
        assert isinstance(idempotency.claim(request, actor, "key"), idempotency.Claim)


def test_a_key_that_is_used_again_after_its_time_seals_with_other_bytes(acme: Tenant) -> None:
    """The same bytes under the same key twice would give both answers away to whoever reads two backups."""
    api = acme.api(Role.OWNER)
    sealed = []
    for name in ("Design", "Sales"):
        assert send(api, acme, name).status_code == 201
        with scope(acme.organization.pk):
            row = IdempotentCall.objects.get()
            sealed.append(bytes(row.answer or b""))
            row.delete()
    assert sealed[0][:24] != sealed[1][:24], "both begin with the same words"
