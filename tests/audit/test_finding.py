"""Filters, the search, filters that are kept: the same on both databases."""

import pytest

from apps.access.roles import Role
from apps.audit import services
from apps.audit.models import AuditEntry, SavedFilter
from apps.audit.sealing import seal
from apps.audit.selectors import EntryFilter, actors, documents, entries
from apps.audit.words import words_of
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.core.occurrences import Occurrence, record
from apps.core.tenancy import scope
from tests.audit.entries import write
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(inside_acme: Tenant) -> AuditEntry:
    owner = inside_acme.actor(Role.OWNER)
    after = {"invited": "Lena.Sauer@harborlegal.example", "roles": ["opérateur"], "note": "50 % — straße"}
    record(Occurrence("invitation.sent", owner, "succeeded", None, {}, after, reason="Vertrag Nr. 4711/b"))
    seal()
    return AuditEntry.objects.latest("id")


FOUND = ["lena", "LENA", "harbor", "harborlegal lena", "lena.sauer@harborlegal.example", "4711", "opérateur", "straße",
         "STRASSE", "invit", "192.0.2.7", "192.0.2", "vertrag note", "owner"]  # fmt: skip
NOT_FOUND = ["arborlegal", "lena nobody", "4712", "%", "'; DROP TABLE", '"', "NEAR(q", "operateur", "192.0.3"]


@pytest.mark.parametrize("query", FOUND)
def test_it_is_found_by_words_and_their_beginnings(told: AuditEntry, query: str) -> None:
    assert told in entries(EntryFilter(query=query))


@pytest.mark.parametrize("query", NOT_FOUND)
def test_it_is_not_found_by_anything_else_and_no_query_breaks(told: AuditEntry, query: str) -> None:
    assert told not in entries(EntryFilter(query=query))


def test_words_of_others_are_not_searched(told: AuditEntry, acme: Tenant) -> None:
    assert entries(EntryFilter(query="lena")).count() == 1


def test_pages_look_at_the_newest_matches_and_exports_at_all(told: AuditEntry, inside_acme: Tenant) -> None:
    write(inside_acme, 6, event="suite.common")
    seal()
    wanted = EntryFilter(query="common")
    assert [entry.after["number"] for entry in entries(wanted, newest=2)] == [5, 4]
    assert [facts["after"]["number"] for facts in documents(wanted)] == [0, 1, 2, 3, 4, 5]


def test_another_organization_finds_nothing_of_ours(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        record(Occurrence("session.started", acme.actor(Role.OWNER), "succeeded", None, reason="unmistakable"))
        seal()
        assert entries(EntryFilter(query="unmistakable")).count() == 1
    with scope(globex.organization.pk):
        assert entries(EntryFilter(query="unmistakable")).count() == 0


def test_words_are_cut_from_letters_and_digits_of_any_script() -> None:
    assert words_of("Lena@harbor-legal.example, Größe_3 東京") == [
        "lena", "harbor", "legal", "example", "grösse", "3", "東京"
    ]  # fmt: skip


def test_everyone_who_appears_is_offered_once(told: AuditEntry, inside_acme: Tenant) -> None:
    assert actors() == sorted({entry.actor_label for entry in AuditEntry.objects.all()})


def test_a_filter_survives_being_kept(inside_acme: Tenant) -> None:
    wanted = EntryFilter.read({"event": "member.added", "since": "2026-11-01", "query": "lena"})
    assert EntryFilter.read(wanted.stored()) == wanted
    for wrong in ({"colour": "red"}, {"since": "yesterday"}, {"until": "9999-12-31"}):
        with pytest.raises(Invalid):
            EntryFilter.read(wrong)


def test_filters_are_ones_own_unless_shared(inside_acme: Tenant) -> None:
    owner = inside_acme.browser(Role.OWNER)
    auditor = inside_acme.browser(Role.AUDITOR)
    log = f"/o/{inside_acme.slug}/audit/"
    auditor.post(f"{log}filters/?outcome=refused", {"name": "Refusals"})
    auditor.post(f"{log}filters/?event=member.added", {"name": "Newcomers", "shared": "on"})
    mine, shared = SavedFilter.objects.order_by("-name")
    assert (mine.wanted, shared.wanted) == ({"outcome": "refused"}, {"event": "member.added"})
    page = owner.get(log).content.decode()
    assert "?event=member.added" in page
    assert "?outcome=refused" not in page
    assert owner.post(f"{log}filters/{mine.public_id}/delete/").status_code == 404
    assert "?outcome=refused" in auditor.get(log).content.decode()
    assert owner.post(f"{log}filters/{shared.public_id}/delete/").status_code == 302
    assert list(SavedFilter.objects.all()) == [mine]


def test_only_its_owner_or_a_manager_forgets_a_shared_filter(inside_acme: Tenant) -> None:
    from dataclasses import replace

    auditor = replace(inside_acme.actor(Role.AUDITOR), ref="usr_a")
    kept = services.save_filter("All", EntryFilter(event="x"), shared=True, actor=auditor)
    with pytest.raises(Forbidden):
        services.delete_filter(kept, actor=replace(auditor, ref="usr_b"))
    private = services.save_filter("Own", EntryFilter(event="x"), actor=auditor)
    with pytest.raises(NotFound):
        services.delete_filter(private, actor=replace(inside_acme.actor(Role.OWNER), ref="usr_c"))
    assert services.save_filter("All", EntryFilter(event="y"), actor=auditor).pk == kept.pk


def test_a_program_keeps_and_forgets_filters_of_its_person(acme: Tenant) -> None:
    api, log = acme.api(Role.AUDITOR), f"/api/v1/o/{acme.slug}/audit/"
    given = {"name": "Refusals", "filter": {"outcome": "refused"}}
    made = api.post(f"{log}filters/", given, content_type="application/json")
    assert made.status_code == 201
    assert api.get(f"{log}filters/").json()["results"][0]["filter"] == {"outcome": "refused"}
    assert api.delete(f"{log}filters/{made.json()['id']}/").status_code == 204
    wrong = {"name": "x", "filter": {"colour": "red"}}
    assert api.post(f"{log}filters/", wrong, content_type="application/json").status_code == 422
