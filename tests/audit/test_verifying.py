"""The check of the chain in the browser, over the API, from the command line, and by a job."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.access.roles import Role
from apps.audit.models import AuditEntry, Chain
from apps.audit.sealing import seal
from apps.audit.services import start_verification
from apps.audit.triggers import lifted
from apps.audit.verification import Anchor
from apps.core.tenancy import scope
from apps.jobs.models import Job
from tests.audit.entries import write
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending


def break_it(tenant: Tenant) -> AuditEntry:
    with scope(tenant.organization.pk):
        write(tenant, 5)
        seal()
        with lifted(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE audit_auditentry SET actor_label = 'Somebody' WHERE seq = 4")
        return AuditEntry.objects.get(seq=4)


@pytest.mark.django_db
def test_the_page_says_that_it_holds_or_where_it_breaks(acme: Tenant) -> None:
    browser, log = acme.browser(Role.AUDITOR), f"/o/{acme.slug}/audit/"
    browser.post(f"{log}verify/")
    assert "chain verified ✓" in browser.get(log).content.decode()
    bad = break_it(acme)
    browser.post(f"{log}verify/")
    page = browser.get(log).content.decode()
    assert "The chain is broken at entry 4." in page
    assert bad.public_id in page
    assert "Does not match its neighbours" in browser.get(f"{log}{bad.public_id}/").content.decode()
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.after["broken_seq"]) == ("audit.verified", 4)


@pytest.mark.django_db
def test_a_noted_head_is_compared(acme: Tenant) -> None:
    browser, log = acme.browser(Role.AUDITOR), f"/o/{acme.slug}/audit/"
    with scope(acme.organization.pk):
        chain = seal()
    browser.post(f"{log}verify/", {"anchor": f"{chain.seq}:{'a' * 64}"})
    assert f"broken at entry {chain.seq}" in browser.get(log).content.decode()
    browser.post(f"{log}verify/", {"anchor": f"{chain.seq}:{chain.head}"})
    assert "chain verified" in browser.get(log).content.decode()
    browser.post(f"{log}verify/", {"anchor": "nonsense"})
    assert "An anchor reads" in browser.get(log).content.decode()


@pytest.mark.django_db
def test_the_head_that_is_copied_is_an_anchor(acme: Tenant) -> None:
    """However long the chain is: numbers have separators on pages, an anchor has none."""
    with scope(acme.organization.pk):
        seal()
        Chain.objects.update(seq=48_206)
        anchor = Chain.objects.get().anchor
    assert Anchor.parse(anchor).seq == 48_206
    for page in ("", "settings/"):
        assert (
            f'data-copy="{anchor}"' in acme.browser(Role.AUDITOR).get(f"/o/{acme.slug}/audit/{page}").content.decode()
        )


@pytest.mark.django_db
def test_a_program_verifies(acme: Tenant) -> None:
    api, path = acme.api(Role.AUDITOR), f"/api/v1/o/{acme.slug}/audit/chain/"
    assert api.get(path).json()["holds"] is None
    said = api.post(path, {}, content_type="application/json").json()
    assert (said["holds"], said["checked_count"]) == (True, said["checked_seq"])
    bad = break_it(acme)
    said = api.post(path, {}, content_type="application/json").json()
    assert (said["holds"], said["broken_seq"], said["broken_entry"]) == (False, 4, bad.public_id)
    assert api.post(path, {"anchor": "x"}, content_type="application/json").status_code == 422


@pytest.mark.django_db
def test_the_command_names_the_first_bad_entry_and_fails(acme: Tenant) -> None:
    out = io.StringIO()
    call_command("verify_audit", acme.slug, stdout=out)
    assert "The chain holds" in out.getvalue()
    head = out.getvalue().split()[-1]
    call_command("verify_audit", acme.slug, anchor=head, stdout=out)
    bad = break_it(acme)
    with pytest.raises(CommandError, match=rf"broken at entry 4 \({bad.public_id}\)"):
        call_command("verify_audit", acme.slug)
    with pytest.raises(CommandError, match="no organization"):
        call_command("verify_audit", "nobody")
    with pytest.raises(CommandError, match="anchor reads"):
        call_command("verify_audit", acme.slug, anchor="x")


@pytest.mark.django_db(transaction=True)
def test_a_job_verifies_a_long_chain(acme: Tenant) -> None:
    break_it(acme)
    with scope(acme.organization.pk):
        start_verification(Chain.objects.get(), actor=acme.actor(Role.AUDITOR))
    run_pending()
    with scope(acme.organization.pk):
        job = Job.objects.get()
        assert (job.status, Chain.objects.get().broken_seq) == ("incomplete", 4)
