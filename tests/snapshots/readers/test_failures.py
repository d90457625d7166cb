"""What an error of the client means for one object, and for the whole capture."""

from uuid import uuid4

import pytest

from apps.core.errors import ConfigError, TransientError
from apps.notion.errors import (
    CircuitOpen,
    InvalidCursor,
    MalformedResponse,
    NotionError,
    ObjectNotFound,
    RateLimited,
    RequestBlocked,
    RestrictedResource,
    ServerFault,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
)
from apps.notion.pagination import ListingIncomplete
from apps.snapshots.capture.failures import AccessLost, failed, refuse_to_go_on
from apps.snapshots.models import Kind
from tests.snapshots.readers.nodes import node


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (Unauthorized("x"), AccessLost),
        (RequestBlocked("x"), ConfigError),
        (UnknownVersion("x"), ConfigError),
        (CircuitOpen(retry_after=30), TransientError),
        (RateLimited("x", retry_after=60), TransientError),
    ],
)
def test_what_concerns_the_connection_ends_the_capture(error: NotionError, raised: type[Exception]) -> None:
    with pytest.raises(raised) as caught:
        refuse_to_go_on(error)
    if isinstance(caught.value, TransientError):
        assert caught.value.retry_after == error.retry_after


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ServerFault("x", status=500), "no_answer"),
        (MalformedResponse("x"), "no_answer"),
        (InvalidCursor("x"), "no_answer"),
        (RestrictedResource("x", status=403), "not_allowed"),
        (ValidationFailed("Too deep", status=400, code="validation_error"), "refused"),
        (ObjectNotFound("x", status=404), "refused"),
        (ListingIncomplete(code="query_result_limit_reached"), "listing_cut"),
    ],
)
def test_what_concerns_one_object_is_named_and_the_rest_goes_on(error: NotionError, reason: str) -> None:
    refuse_to_go_on(error)
    step = failed(node(uuid4(), Kind.PAGE), error)
    assert step.reason == reason
    assert len(step.detail) <= 300
