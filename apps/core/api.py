"""Plumbing of the API: the base of every endpoint, its input and its lists. ``docs/api.md`` says what it promises."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.actor import Actor
from apps.core.enclosing import enclosed
from apps.core.errors import Changed, Invalid, InvalidHeader, Unconditional
from apps.core.rest import idempotency
from apps.core.rest.deprecation import Deprecation
from apps.core.rest.etags import etag_of, matches
from apps.core.rest.paging import Keyset, enveloped
from apps.core.rest.query import check
from apps.core.rest.schema import call_of
from apps.core.scopes import narrowed
from apps.core.storage.links import Link

READS = ("GET", "HEAD")
CHANGED = "This is not as you know it any more. Nothing was changed. Read it again, then decide."
UNCONDITIONAL = "Send the `ETag` of what you have read as `If-Match`. Nothing was changed."
NO_BODY = "This call takes no body: nothing in it would be heeded. Nothing was done. Send it without one."
KEY_SHAPE = f"An `Idempotency-Key` has 1 to {idempotency.LONGEST} visible ASCII characters. Nothing was done."


class OrganizationAPIView(GenericAPIView[Any]):
    """Base of all endpoints below ``/api/v1/o/<slug>/``.

    ``permissions`` maps each method that the view has to the permission that it takes. ``orders`` says by what a list
    can be ordered: what ``order=`` names → a column without nulls that is indexed behind the organization, or behind
    what the list hangs from; a short list has none and is given whole. ``needs_match`` are methods that are refused
    without ``If-Match``, ``deprecations`` those that will end.
    """

    permissions: ClassVar[dict[str, str]]
    orders: ClassVar[Mapping[str, str]] = {"created_at": "id"}
    default_order: ClassVar[str] = "-created_at"
    needs_match: ClassVar[frozenset[str]] = frozenset()
    deprecations: ClassVar[Mapping[str, Deprecation]] = {}
    pagination_class = Keyset

    _claim: idempotency.Claim | None = None
    _replayed: HttpResponse | None = None
    _listed = False

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Reads see only the workspaces in which the actor has the permission; a write is refused by its operation."""
        if request.method not in READS:
            return self._write(request, *args, **kwargs)
        permission = self.permissions.get("GET")
        actor: Actor | None = getattr(request, "actor", None)
        with narrowed(actor.where(permission) if actor and permission else None):
            return super().dispatch(request, *args, **kwargs)

    def _write(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One transaction for what the call does and for its answer, once it has begun to do something."""
        try:
            with enclosed(self._still_matches if "If-Match" in request.headers else None) as enclosure:
                response = super().dispatch(request, *args, **kwargs)
                if self._claim is not None and idempotency.keepable(response, enclosure.has_written):
                    self._claim.keep(
                        cast(HttpResponse, response.render() if isinstance(response, Response) else response)
                    )
                    self._claim = None
        finally:
            if self._claim is not None:
                self._claim.drop()
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS":
            return
        call = call_of(type(self), method)
        check(request.query_params, call.query)
        is_json = request._request.content_type == "application/json"  # what a form sends is not read anyway
        if method not in READS and not call.takes_body and is_json and request.data:
            raise Invalid(NO_BODY)
        if method in self.needs_match and "If-Match" not in request.headers:
            self._read_now()  # what is not there needs no condition
            raise Unconditional(UNCONDITIONAL)
        if method not in READS and idempotency.HEADER in request.headers:
            given = request.headers[idempotency.HEADER]
            if not idempotency.SHAPE.fullmatch(given):
                raise InvalidHeader(KEY_SHAPE, header=idempotency.HEADER)
            came = idempotency.claim(request._request, self.actor, given)
            if isinstance(came, idempotency.Claim):
                self._claim = came
            else:
                self._replayed = came
                setattr(self, method.lower(), self._replay)

    def _replay(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        assert self._replayed is not None  # noqa: S101
        return self._replayed

    def _still_matches(self) -> None:
        """Raises :class:`Changed` unless ``If-Match`` names what reading would give at this moment."""
        now = self._read_now()
        if now is None or not matches(self.request.headers["If-Match"], etag_of(now), weakly=False):
            raise Changed(CHANGED)

    def _read_now(self) -> Any:
        """What reading would give at this moment; None where nothing is read."""
        reader = getattr(self, "get", None)
        return reader(self.request, *self.args, **self.kwargs).data if reader else None

    def finalize_response(  # type: ignore[override]  # as DRF itself does, whatever its stubs say
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        answer: HttpResponseBase = super().finalize_response(request, cast(Any, response), *args, **kwargs)
        if isinstance(answer, Response) and answer.status_code in (200, 202):
            self._finish(request, answer)
        if told := self.deprecations.get(str(request.method)):
            told.tell(answer)
        return answer

    def _finish(self, request: Request, answer: Response) -> None:
        """Version, members that were asked for, and where to look for the end of what was put on."""
        if answer.status_code == 202:
            answer["Location"] = self._end_of(request, answer.data)
        elif request.method not in READS:
            if request.method in ("PATCH", "PUT") and hasattr(self, "get"):
                answer["ETag"] = etag_of(answer.data)
        else:
            self._finish_read(request, answer)

    def _finish_read(self, request: Request, answer: Response) -> None:
        wanted = request.query_params.get("fields", "").split(",")
        if self._listed:
            if wanted != [""]:
                answer.data["results"] = [_only(row, wanted) for row in answer.data["results"]]
            return
        etag = answer["ETag"] = etag_of(answer.data)
        if matches(request.headers.get("If-None-Match", ""), etag, weakly=True):
            answer.status_code, answer.data = 304, None
        elif wanted != [""]:
            answer.data = _only(answer.data, wanted)

    def _end_of(self, request: Request, data: Any) -> str:
        """The job that does it; where there is none, the object whose state will show it."""
        job = data.get("job") or data.get("id", "")
        slug = self.kwargs["slug"]
        return f"/api/v1/o/{slug}/jobs/{job}/" if str(job).startswith("job_") else request._request.path

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.user)

    def page(self, rows: QuerySet[Any] | Sequence[Any], serializer: type[serializers.BaseSerializer[Any]]) -> Response:
        """One page of rows, with the links to the next and previous one. What is no queryset is short: given whole."""
        if not isinstance(rows, QuerySet):
            self._listed = True
            return Response(enveloped(serializer(rows, many=True, context={"request": self.request}).data))
        shown = self.paginate_queryset(rows)
        return self.get_paginated_response(serializer(shown, many=True, context={"request": self.request}).data)

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        self._listed = True
        return super().paginate_queryset(queryset)

    def input(self, serializer: type[serializers.BaseSerializer[Any]]) -> dict[str, Any]:
        """The validated body. Raises DRF's ``ValidationError``, which becomes a 422 problem."""
        checked = serializer(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return cast(dict[str, Any], checked.validated_data)


def _only(row: Any, wanted: Sequence[str]) -> Any:
    return {name: value for name, value in row.items() if name in wanted}


class LinkSerializer(serializers.Serializer[Link]):
    """A link that gives a file to whoever has it."""

    url = serializers.CharField(help_text="Treat it as a secret.")
    expires_at = serializers.DateTimeField()


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses keys that it does not know: a misspelt option must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        return super().to_internal_value(data)
