"""How members sign in, over the API."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from pydantic import SecretStr
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.core.http import ensure
from apps.organizations.models import Organization
from apps.organizations.sign_in import domains, selectors, services
from apps.organizations.sign_in.examining import examine
from apps.organizations.sign_in.serializers import (
    DomainClaimSerializer,
    DomainProofSerializer,
    DomainSerializer,
    ProviderAddSerializer,
    ProviderSerializer,
    ProviderUpdateSerializer,
    RulesSerializer,
    RulesUpdateSerializer,
)

TAGS = ["Sign-in"]
MANAGE = Permission.SIGN_IN_MANAGE


class RulesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": MANAGE, "PATCH": MANAGE}
    serializer_class = RulesSerializer

    @property
    def organization(self) -> Organization:
        found: Organization = self.request._request.organization  # type: ignore[attr-defined]
        return found

    @extend_schema(operation_id="sign_in_rules_get", tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """What members have to show before they enter."""
        return Response(RulesSerializer(self.organization).data)

    @extend_schema(operation_id="sign_in_rules_update", request=RulesUpdateSerializer, tags=TAGS)
    def patch(self, request: Request, slug: str) -> Response:
        """Change it; it holds from their next request. 409 when it would lock everybody out."""
        given = self.input(RulesUpdateSerializer)
        return Response(RulesSerializer(services.set_rules(self.organization, **given, actor=self.actor)).data)


class ProvidersView(OrganizationAPIView):
    permissions: ClassVar = {"GET": MANAGE, "POST": MANAGE}
    serializer_class = ProviderSerializer

    @extend_schema(operation_id="sign_in_providers_list", responses=ProviderSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """The organization's own providers, newest first."""
        return self.page(selectors.providers(), ProviderSerializer)

    @extend_schema(
        operation_id="sign_in_providers_add",
        request=ProviderAddSerializer,
        responses={201: ProviderSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add one. Its description is fetched from the issuer first; 422 when it cannot be, or does not fit."""
        ensure(self.actor, MANAGE)
        given = self.input(ProviderAddSerializer)
        issuer, secret = examine(given["issuer"]), SecretStr(given["client_secret"])
        made = services.add_provider(given["label"], issuer, given["client_id"], secret, actor=self.actor)
        return Response(ProviderSerializer(made).data, status=201)


class ProviderView(OrganizationAPIView):
    permissions: ClassVar = {"GET": MANAGE, "PATCH": MANAGE, "DELETE": MANAGE}
    serializer_class = ProviderSerializer

    @extend_schema(operation_id="sign_in_providers_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One provider, without its secret."""
        return Response(ProviderSerializer(selectors.provider_named(public_id)).data)

    @extend_schema(operation_id="sign_in_providers_update", request=ProviderUpdateSerializer, tags=TAGS)
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Change it. Switching it off ends the sign-ins through it."""
        found = selectors.provider_named(public_id)
        given = dict(self.input(ProviderUpdateSerializer))
        secret = given.pop("client_secret", None)
        changed = SecretStr(secret) if secret is not None else None
        return Response(
            ProviderSerializer(services.update_provider(found, **given, client_secret=changed, actor=self.actor)).data
        )

    @extend_schema(operation_id="sign_in_providers_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Remove it. Whoever came in through it is signed out."""
        services.remove_provider(selectors.provider_named(public_id), actor=self.actor)
        return Response(status=204)


class DomainsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": MANAGE, "POST": MANAGE}
    serializer_class = DomainSerializer

    @extend_schema(operation_id="email_domains_list", responses=DomainSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """The e-mail domains of the organization, newest first."""
        return self.page(selectors.domains(), DomainSerializer)

    @extend_schema(
        operation_id="email_domains_claim",
        request=DomainClaimSerializer,
        responses={201: DomainSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Name a domain. A code goes to one of its administrative mailboxes."""
        given = self.input(DomainClaimSerializer)
        made = domains.claim_domain(given["domain"], given["mailbox"], actor=self.actor)
        return Response(DomainSerializer(made).data, status=201)


class DomainView(OrganizationAPIView):
    permissions: ClassVar = {"GET": MANAGE, "DELETE": MANAGE}
    serializer_class = DomainSerializer

    @extend_schema(operation_id="email_domains_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One domain."""
        return Response(DomainSerializer(selectors.domain_named(public_id)).data)

    @extend_schema(operation_id="email_domains_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Its addresses lead to no provider any more."""
        domains.remove_domain(selectors.domain_named(public_id), actor=self.actor)
        return Response(status=204)


class DomainProofView(OrganizationAPIView):
    permissions: ClassVar = {"POST": MANAGE}
    serializer_class = DomainSerializer

    @extend_schema(operation_id="email_domains_prove", request=DomainProofSerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Show the code that was sent. 422 for a wrong one, of which there may be ten."""
        found = selectors.domain_named(public_id)
        code = self.input(DomainProofSerializer)["code"]
        return Response(DomainSerializer(domains.prove_domain(found, code, actor=self.actor)).data)


class DomainCodeView(OrganizationAPIView):
    permissions: ClassVar = {"POST": MANAGE}
    serializer_class = DomainSerializer

    @extend_schema(operation_id="email_domains_resend", request=None, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Have another code sent; the one before it ends."""
        return Response(DomainSerializer(domains.resend_code(selectors.domain_named(public_id), actor=self.actor)).data)
