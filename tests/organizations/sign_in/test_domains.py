"""E-mail domains: proved by a code to a mailbox of whoever runs the domain; then they lead to the company."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.organizations.models import EmailDomain
from apps.organizations.sign_in.domains import checked_domain, claim_domain, digest_of, prove_domain, resend_code
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.organizations.sign_in.conftest import Company, address_in

pytestmark = pytest.mark.django_db


CODE = "abcd-efgh-jkmn"


def claimed(tenant: Tenant, domain: str = "acme.example") -> EmailDomain:
    """A domain for which this code was sent."""
    with scope(tenant.organization.pk):
        made = claim_domain(domain, actor=tenant.actor(Role.OWNER))
        EmailDomain.objects.filter(pk=made.pk).update(digest=digest_of(CODE))
    return made


def prove(tenant: Tenant, domain: EmailDomain, given: str) -> EmailDomain:
    with scope(tenant.organization.pk):
        return prove_domain(domain, given, actor=tenant.actor(Role.OWNER))


def continue_with(email: str) -> str:
    """What the sign-in page answers to a work e-mail, without what differs by request."""
    answer = Client().post("/sign-in/company/", {"email": email})
    text = re.sub(
        r'(name="csrfmiddlewaretoken"\s+value|state|nonce|code_challenge)="?[^"&]*', "", answer.content.decode()
    )
    return f"{answer.status_code} {text.replace(email, 'E')}"


@pytest.mark.django_db(transaction=True)
def test_the_code_goes_to_the_mailbox_and_is_stored_as_a_hash(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        made = claim_domain("acme.example", actor=acme.actor(Role.OWNER))
    run_pending()
    found = re.search(r"^\w{4}-\w{4}-\w{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    sent = found[0]
    assert mail.outbox[0].to == ["postmaster@acme.example"]
    plain = sent.replace("-", "")
    with scope(acme.organization.pk):
        assert plain not in str(list(EmailDomain.objects.values()) + list(AuditEntry.objects.values()))
        assert plain not in str(list(Job.objects.values()))
    assert prove(acme, made, f" {sent.upper()} ").verified_at is not None


def test_a_wrong_code_may_be_tried_ten_times(acme: Tenant) -> None:
    made = claimed(acme)
    for _ in range(10):
        with pytest.raises(Invalid, match="not the code"):
            prove(acme, made, "0000-0000-0000")
    with pytest.raises(Invalid, match="Have another one sent"):
        prove(acme, made, CODE)
    with scope(acme.organization.pk):
        resend_code(made, actor=acme.actor(Role.OWNER))
    with pytest.raises(Invalid):
        prove(acme, made, CODE)
    with scope(acme.organization.pk):
        EmailDomain.objects.update(digest=digest_of("another"))
    assert prove(acme, made, "another").verified_at is not None


def test_a_code_is_good_for_three_days(acme: Tenant) -> None:
    made = claimed(acme)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)), pytest.raises(Invalid):
        prove(acme, made, CODE)


def test_one_organization_proves_a_domain(acme: Tenant, globex: Tenant) -> None:
    mine, theirs = claimed(acme), claimed(globex)
    prove(acme, mine, CODE)
    with pytest.raises(Conflicting, match="Another organization"):
        prove(globex, theirs, CODE)


def test_whoever_may_not_manage_it_uses_up_no_try(acme: Tenant) -> None:
    made = claimed(acme)
    with scope(acme.organization.pk), pytest.raises(Forbidden):
        prove_domain(made, "x", actor=acme.actor(Role.ADMIN))
    with scope(acme.organization.pk):
        made.refresh_from_db()
    assert made.tries == 0
    assert prove(acme, made, CODE).verified_at is not None


@pytest.mark.parametrize(
    "given", ["", "localhost", "a b.example", "-a.example", "x" * 64 + ".example", "a..b", "1.2.3.4"]
)
def test_what_is_no_domain_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        checked_domain(given)


def test_domains_are_told_in_one_form() -> None:
    assert checked_domain(" @Bücher.Example. ") == "xn--bcher-kva.example"


def test_an_address_of_a_proved_domain_leads_to_the_company(company: Company) -> None:
    made = claimed(company.tenant)
    assert continue_with("ada@acme.example").startswith("404")
    prove(company.tenant, made, CODE)
    going = Client().post("/sign-in/company/", {"email": "Ada@ACME.example"})
    assert address_in(going).startswith(f"{company.issuer.url}/authorize?")


def test_the_answer_is_the_same_whether_somebody_has_an_account(company: Company) -> None:
    made = claimed(company.tenant)
    prove(company.tenant, made, CODE)
    User.objects.create_user("known@elsewhere.example")
    assert continue_with("known@elsewhere.example") == continue_with("other@elsewhere.example")
    company.tenant.member(Role.VIEWER)
    assert continue_with("viewer@acme.example") == continue_with("nobody@acme.example")


def test_a_proved_domain_lets_its_people_be_known_but_into_nothing_by_itself(company: Company) -> None:
    made = claimed(company.tenant)
    prove(company.tenant, made, CODE)
    browser, answer = company.come("new", "new@acme.example")
    assert answer["Location"] == "/choose/"
    assert "no organization" in browser.get("/choose/").content.decode()
    assert browser.get("/o/acme/").status_code == 404


def test_what_is_no_address_is_said_so(acme: Tenant) -> None:
    answer = Client().post("/sign-in/company/", {"email": "ada"})
    assert (answer.status_code, "no e-mail address" in answer.content.decode()) == (422, True)
