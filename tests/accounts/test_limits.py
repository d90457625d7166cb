"""How often somebody may try, and what they and their organizations are told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import SignIn
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from tests.accounts.issuer import Issuer
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_an_address_that_tries_too_often_waits_and_others_do_not(company: Issuer, settings: Settings) -> None:
    settings.SIGN_IN_TRIES = {"address": 2, "person": 9, "factor": 9}
    with time_machine.travel(timezone.now().replace(second=10)):
        tries = [Client().post(path, {"email": "a@b.example"}) for path in ("/sign-in/oidc/", "/sign-in/company/") * 2]
        assert [answer.status_code for answer in tries] == [302, 404, 429, 429]
        assert "too many attempts" in tries[2].content.decode()
        assert 0 < int(tries[2]["Retry-After"]) <= 60
        assert Client(REMOTE_ADDR="192.0.2.9").post("/sign-in/oidc/").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=120)):
        assert Client().post("/sign-in/oidc/").status_code == 302


def test_a_person_who_signs_in_too_often_waits_and_it_is_on_record(
    company: Issuer, acme: Tenant, settings: Settings
) -> None:
    settings.SIGN_IN_TRIES = {"address": 99, "person": 1, "factor": 9}
    codes = []
    with time_machine.travel(timezone.now().replace(minute=1)):
        for _ in range(2):
            browser = Client()
            began = browser.post("/sign-in/oidc/")["Location"]
            codes.append(browser.get(company.agree(began, "o", acme.member(Role.OWNER).email)).status_code)
    assert codes == [302, 429]
    assert SignIn.objects.count() == 1
    with scope(acme.organization.pk):
        refused = AuditEntry.objects.get(event="session.refused")
        assert (refused.outcome, "too many attempts" in refused.reason) == ("refused", True)
