"""Sign-in over the API."""

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.organizations.models import EmailDomain, Organization, OrganizationProvider
from apps.organizations.sign_in.domains import MAILBOXES


class RulesSerializer(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ["own_provider_only", "second_factor_required"]


class RulesUpdateSerializer(StrictSerializer):
    own_provider_only = serializers.BooleanField(required=False)
    second_factor_required = serializers.BooleanField(required=False)


class ProviderSerializer(serializers.ModelSerializer[OrganizationProvider]):
    id = serializers.CharField(source="public_id", help_text="`idp_…`")

    class Meta:
        model = OrganizationProvider
        fields = ["id", "label", "issuer", "client_id", "is_on", "created_at", "proved_at", "last_used_at"]


class ProviderAddSerializer(StrictSerializer):
    label = serializers.CharField(max_length=60)  # type: ignore[assignment]  # a field, not a field's own label
    issuer = serializers.CharField(max_length=255)
    client_id = serializers.CharField(max_length=255)
    client_secret = serializers.CharField(max_length=2_000, write_only=True, trim_whitespace=False)


class ProviderUpdateSerializer(StrictSerializer):
    label = serializers.CharField(max_length=60, required=False)  # type: ignore[assignment]
    client_id = serializers.CharField(max_length=255, required=False)
    client_secret = serializers.CharField(max_length=2_000, required=False, write_only=True, trim_whitespace=False)
    is_on = serializers.BooleanField(required=False)


class DomainSerializer(serializers.ModelSerializer[EmailDomain]):
    id = serializers.CharField(source="public_id", help_text="`dom_…`")

    class Meta:
        model = EmailDomain
        fields = ["id", "domain", "mailbox", "sent_at", "expires_at", "verified_at"]


class DomainClaimSerializer(StrictSerializer):
    domain = serializers.CharField(max_length=253)
    mailbox = serializers.ChoiceField(choices=MAILBOXES, default=MAILBOXES[0])


class DomainProofSerializer(StrictSerializer):
    code = serializers.CharField(max_length=40)
