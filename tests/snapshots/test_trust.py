"""When an object counts as unchanged: the whole rule, by table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.snapshots.capture.trust import Known

WATERMARK = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BEFORE, AT, AFTER = "2026-11-20T09:59:00.000Z", "2026-11-20T10:00:00.000Z", "2026-11-20T10:01:00.000Z"


def known(edited: str) -> Known:
    return Known(1, "page", None, edited, b"", b"", 0, 0, WATERMARK)


@pytest.mark.parametrize(
    ("stored", "listed", "proven"),
    [
        (BEFORE, BEFORE, True),
        ("2026-11-20T09:59:30.556+00:00", "2026-11-20T09:59:30.556+00:00", True),
        (AT, AT, False),
        (AFTER, AFTER, False),
        (BEFORE, AT, False),
        (AFTER, BEFORE, False),
        ("", "", False),
        ("", BEFORE, False),
        (BEFORE, None, False),
        (BEFORE, 7, False),
        ("yesterday", "yesterday", False),
        ("2026-11-20T09:59:00", "2026-11-20T09:59:00", False),
        ("x" * 40, "x" * 40, False),
    ],
)
def test_only_an_edit_that_is_known_and_older_than_the_base_proves(stored: str, listed: Any, proven: bool) -> None:
    assert known(stored).proves({"last_edited_time": listed}) is proven


def test_an_object_without_a_last_edit_proves_nothing() -> None:
    assert not known(BEFORE).proves({})
