"""What is dangerous takes a fresh sign-in of a person, and of nobody else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.access.roles import Permission, Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import SignInAgain
from apps.core.operations import OPERATIONS, operation
from tests.factories.tenants import Tenant

DANGEROUS = "tests.vault_opened"


@pytest.fixture
def open_vault() -> Iterator[None]:
    @operation(DANGEROUS, requires=Permission.WORKSPACE_CONNECT, fresh=True)
    def opened(*, actor: Actor) -> None:
        return None

    yield
    del OPERATIONS[DANGEROUS]


@pytest.mark.django_db
def test_an_old_sign_in_is_refused_before_anything_is_done(inside_acme: Tenant, open_vault: None) -> None:
    owner = inside_acme.actor(Role.OWNER)
    with pytest.raises(SignInAgain, match="Nothing was changed"):
        OPERATIONS[DANGEROUS].function(actor=replace(owner, fresh=False))
    assert AuditEntry.objects.get(event=DANGEROUS).outcome == "refused"
    OPERATIONS[DANGEROUS].function(actor=owner)
    assert AuditEntry.objects.filter(event=DANGEROUS).latest("id").outcome == "succeeded"
