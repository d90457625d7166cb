"""The versions of a workspace's key over the API."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from pydantic import SecretStr
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.jobs.models import Job
from apps.workspaces.debits import book
from apps.workspaces.keys import services
from apps.workspaces.keys.selectors import keys_of
from apps.workspaces.keys.serializers import (
    AddKeySerializer,
    KeyJobSerializer,
    KeySerializer,
    KeyUpdateSerializer,
    PromoteSerializer,
    RevokeSerializer,
    with_job,
)
from apps.workspaces.models import Workspace, WorkspaceKey
from apps.workspaces.probe import probe

TAGS = ["Notion keys"]


class KeyAPIView(OrganizationAPIView):
    """Base: finds the workspace and the key that the address names."""

    serializer_class = KeySerializer

    def workspace(self, public_id: str) -> Workspace:
        return get_object_or_404(Workspace.objects.select_related("key"), public_id=public_id)

    def key(self, public_id: str, number: int) -> WorkspaceKey:
        return get_object_or_404(keys_of(self.workspace(public_id)), number=number)

    def answer(self, key: WorkspaceKey, status: int = 200) -> Response:
        return Response(KeySerializer(key).data, status=status)


class KeysView(KeyAPIView):
    permissions: ClassVar = {"GET": Permission.KEY_VIEW, "POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_list", responses=KeySerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The versions of a workspace's key, newest first, with what became of them."""
        return self.page(keys_of(self.workspace(public_id)), KeySerializer)

    @extend_schema(operation_id="keys_add", request=AddKeySerializer, responses={202: KeyJobSerializer}, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Add the next version; a job compares it with the one in use. With `promote`, rotation in one call."""
        workspace = self.workspace(public_id)
        given = self.input(AddKeySerializer)
        token = SecretStr(given["token"])
        found = probe(token, workspace.base_url, workspace.api_version, lambda: book(workspace))
        then = services.Promotion(given["promote"], given["despite"], given["because"], given["grace_days"])
        expires_at = given["expires_at"]
        key = services.add_key(workspace, found, token=token, expires_at=expires_at, then=then, actor=self.actor)
        job = Job.objects.filter(kind=services.TRY_KEY, unique_key=key.public_id).first()
        return Response(with_job(key, job), status=202)


class KeyView(KeyAPIView):
    permissions: ClassVar = {
        "GET": Permission.KEY_VIEW,
        "PATCH": Permission.KEY_ROTATE,
        "DELETE": Permission.KEY_ROTATE,
    }

    @extend_schema(operation_id="keys_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """One version, with the proof of what it reaches."""
        return self.answer(self.key(public_id, number))

    @extend_schema(operation_id="keys_update", request=KeyUpdateSerializer, responses=KeySerializer, tags=TAGS)
    def patch(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Say until when the key is good."""
        key = self.key(public_id, number)
        return self.answer(services.set_expiry(key, self.input(KeyUpdateSerializer)["expires_at"], actor=self.actor))

    @extend_schema(operation_id="keys_discard", responses={200: KeySerializer}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Wipe a version that waits and is not wanted."""
        return self.answer(services.discard_key(self.key(public_id, number), actor=self.actor))


class CheckView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_check", request=None, responses={202: KeyJobSerializer}, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Compare a waiting version with the one in use once more."""
        key = self.key(public_id, number)
        return Response(with_job(key, services.check_key(key, actor=self.actor)), status=202)


class PromoteView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_promote", request=PromoteSerializer, responses=KeySerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Put a proven version to use. Jobs that run take it up; the old one stays for its grace."""
        key = self.key(public_id, number)
        return self.answer(services.promote_key(key, **self.input(PromoteSerializer), actor=self.actor))


class RestoreView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_restore", request=None, responses=KeySerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Go back to a version whose grace lasts."""
        return self.answer(services.restore_key(self.key(public_id, number), actor=self.actor))


class RetireView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_retire", request=None, responses=KeySerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """End the grace of an old version now."""
        return self.answer(services.retire_key(self.key(public_id, number), actor=self.actor))


class RefreshView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_ROTATE}

    @extend_schema(operation_id="keys_refresh", request=None, responses={202: KeyJobSerializer}, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Have Notion replace both tokens of a version that came by its sign-in."""
        key = self.key(public_id, number)
        return Response(with_job(key, services.start_refresh(key, actor=self.actor)), status=202)


class RevokeView(KeyAPIView):
    permissions: ClassVar = {"POST": Permission.KEY_REVOKE}

    @extend_schema(operation_id="keys_revoke", request=RevokeSerializer, responses=KeySerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str, number: int) -> Response:
        """Emergency: end a version at once. Jobs that run with it fail and say so."""
        key = self.key(public_id, number)
        given: dict[str, Any] = self.input(RevokeSerializer)
        return self.answer(services.revoke_key(key, because=given["because"], actor=self.actor))
