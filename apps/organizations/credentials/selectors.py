from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from apps.core.actor import Actor
from apps.organizations.models import Credential, ServiceAccount
from apps.organizations.models.credentials import workspace_model


def tokens() -> QuerySet[Credential]:
    """Those of people, newest first."""
    return Credential.objects.filter(service_account=None).select_related("user").order_by("-id")


def service_accounts() -> QuerySet[ServiceAccount]:
    """Newest first, with ``living``: the credentials that are not revoked, and ``last_used_at`` of any of them."""
    living = Count("credentials", filter=Q(credentials__revoked_at=None))
    rows = ServiceAccount.objects.select_related("made_by")
    return rows.annotate(living=living, last_used_at=Max("credentials__last_used_at")).order_by("-id")


def credentials_of(account: ServiceAccount) -> QuerySet[Credential]:
    return Credential.objects.filter(service_account=account).select_related("service_account").order_by("-id")


def credential_of(actor: Actor) -> Credential | None:
    """What the actor came with; None in a browser, and for the system."""
    if not actor.credential:
        return None
    return Credential.objects.select_related("user", "service_account").get(public_id=actor.credential)


def workspaces_by_key() -> dict[int, Any]:
    """The workspaces that are seen, by primary key."""
    return {row.pk: row for row in workspace_model().objects.order_by("name")}
