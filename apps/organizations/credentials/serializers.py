"""Credentials and service accounts as the API shows and takes them."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import cached_property
from rest_framework import serializers

from apps.access.roles import Permission, Role
from apps.core.api import StrictSerializer
from apps.organizations.credentials.selectors import workspaces_by_key
from apps.organizations.models import Credential, CredentialKind, ServiceAccount

WORKSPACES = "Public ids (`ws_…`). Null for all that its owner reaches."


class _Workspaces(serializers.Serializer[Any]):
    """Shows workspaces by their public ids; one query for a whole page, whose rows one serializer draws."""

    workspaces = serializers.SerializerMethodField(help_text=WORKSPACES)

    def get_workspaces(self, row: Any) -> list[str] | None:
        if row.workspace_ids is None:
            return None
        return [self._known[key].public_id for key in row.workspace_ids if key in self._known]

    @cached_property
    def _known(self) -> dict[int, Any]:
        return workspaces_by_key()


class CredentialSerializer(_Workspaces, serializers.ModelSerializer[Credential]):
    id = serializers.CharField(source="public_id", help_text="`tok_…`; of an OAuth client `cli_…`, its client id")
    owner = serializers.SerializerMethodField(help_text="E-mail of the person, or id of the service account")
    permissions = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Null for all that its owner holds."
    )
    networks = serializers.ListField(child=serializers.CharField(), help_text="Empty for any address.")
    previous_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when the secret before the last rotation works; null when there was none."
    )

    class Meta:
        model = Credential
        fields = [
            *("id", "kind", "name", "prefix", "owner", "permissions", "workspaces", "networks", "is_on", "created_at"),
            *("rotated_at", "expires_at", "previous_expires_at", "last_used_at", "last_used_ip", "revoked_at"),
        ]

    def get_owner(self, row: Credential) -> str:
        return row.user.email if row.user else row.service_account.public_id if row.service_account else ""


class SecretSerializer(CredentialSerializer):
    secret = serializers.CharField(help_text="The secret itself. It is shown once and cannot be read again.")

    class Meta(CredentialSerializer.Meta):
        fields = [*CredentialSerializer.Meta.fields, "secret"]


class LimitsField(StrictSerializer):
    """What a credential is limited to. Left out or null: as its owner, or as the credential that asks."""

    permissions = serializers.ListField(
        child=serializers.ChoiceField([permission.value for permission in Permission]),
        required=False,
        allow_null=True,
        default=None,
    )
    workspaces = serializers.ListField(
        child=serializers.CharField(max_length=24), required=False, allow_null=True, default=None, help_text=WORKSPACES
    )
    networks = serializers.ListField(
        child=serializers.CharField(max_length=50),
        required=False,
        default=list,
        help_text="Such as `192.0.2.0/24` or `2001:db8::/32`",
    )


class TokenCreateSerializer(LimitsField):
    name = serializers.CharField(max_length=120)
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Left out or null: after the usual lifetime."
    )


class CredentialCreateSerializer(TokenCreateSerializer):
    kind = serializers.ChoiceField(CredentialKind.values, default=CredentialKind.TOKEN)


class CredentialUpdateSerializer(LimitsField):
    """What is left out stays as it is."""

    name = serializers.CharField(max_length=120, required=False)
    is_on = serializers.BooleanField(required=False)


class RotationSerializer(StrictSerializer):
    grace = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=7 * 86_400,
        help_text="Seconds for which the old secret works on, up to a week; 0 ends it at once.",
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="The new end. Left out: the usual lifetime from now."
    )


class ServiceAccountSerializer(_Workspaces, serializers.ModelSerializer[ServiceAccount]):
    id = serializers.CharField(source="public_id", help_text="`sa_…`")
    role = serializers.SerializerMethodField(help_text="Null when `permissions` says what it may do.")
    permissions = serializers.SerializerMethodField(help_text="What it may do, by its role or by name.")
    made_by = serializers.SerializerMethodField(help_text="E-mail")

    class Meta:
        model = ServiceAccount
        fields = ["id", "name", "note", "role", "permissions", "workspaces", "is_on", "made_by", "created_at"]

    def get_role(self, row: ServiceAccount) -> str | None:
        return row.role or None

    def get_permissions(self, row: ServiceAccount) -> list[str]:
        return sorted(row.held)

    def get_made_by(self, row: ServiceAccount) -> str | None:
        return row.made_by.email if row.made_by else None


class ServiceAccountWriteSerializer(LimitsField):
    """A role, or permissions; one of the two. In a change, what is left out stays as it is."""

    networks = None  # type: ignore[assignment]  # a service account has none of its own
    name = serializers.CharField(max_length=120)
    note = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    role = serializers.ChoiceField([role.value for role in Role], required=False, allow_null=True, default=None)


class ServiceAccountUpdateSerializer(ServiceAccountWriteSerializer):
    name = serializers.CharField(max_length=120, required=False)
    is_on = serializers.BooleanField(required=False)


def named_workspaces(public_ids: Iterable[str] | None) -> frozenset[int] | None:
    """Primary keys of these workspaces; one that is not there becomes a key that no workspace has."""
    if public_ids is None:
        return None
    known = {row.public_id: key for key, row in workspaces_by_key().items()}
    return frozenset(known.get(public_id, 0) for public_id in public_ids)
