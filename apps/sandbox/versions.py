"""Versions of the API: which are known, which are served, and where their shapes are translated.

The sandbox thinks in `CURRENT`. A version that is served differently gets an entry in `SERVED` with its two
translations: ``read_body`` turns a request of that version into the current form, ``write_answer`` the other way round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from apps.sandbox.errors import ApiError
from apps.sandbox.world.json import Json

CURRENT: Final = "2026-03-11"
KNOWN: Final = (
    "2021-05-11",
    "2021-05-13",
    "2021-08-16",
    "2022-02-22",
    "2022-06-28",
    "2025-09-03",
    "2026-03-11",
)


_WITH_TRASH: Final = frozenset({"page", "block", "database", "data_source", "file_upload"})


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    read_body: Callable[[Json], Json] | None = None
    write_answer: Callable[[Json], Json] | None = None


def _read_2025(body: Json) -> Json:
    """``archived`` says what ``in_trash`` says, and ``after`` is the only position."""
    renamed = {("in_trash" if key == "archived" else key): value for key, value in body.items()}
    if "after" in renamed:
        renamed["position"] = {"type": "after_block", "after_block": {"id": renamed.pop("after")}}
    return renamed


def _write_2025(answer: Json) -> Json:
    """Everything that can be in the trash says so twice, and meeting notes are a transcription."""
    if answer.get("object") == "list":
        return {**answer, "results": [_write_2025(each) for each in answer["results"]]}
    if answer.get("object") not in _WITH_TRASH or "in_trash" not in answer:
        return answer
    if answer.get("type") == "meeting_notes":
        answer = {("transcription" if key == "meeting_notes" else key): value for key, value in answer.items()}
        answer["type"] = "transcription"
    return {**answer, "archived": answer["in_trash"]}


SERVED: Final = {
    CURRENT: Version(CURRENT),
    "2025-09-03": Version("2025-09-03", _read_2025, _write_2025),
}


def choose(header: str | None) -> Version:
    """The version a request asks for. Raises 400 when the header is missing or names a version not served."""
    if header is None:
        raise ApiError(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined, "
            "instead was `undefined`.",
        )
    version = SERVED.get(header)
    if version is None:
        raise ApiError(
            400,
            "validation_error",
            f"Notion-Version header failed validation: Notion-Version header should be {_accepted()}, "
            f'instead was `"{header}"`.',
        )
    return version


def _accepted() -> str:
    quoted = [f'`"{name}"`' for name in KNOWN if name in SERVED]
    if len(quoted) == 1:
        return quoted[0]
    return f"{', '.join(quoted[:-1])}{',' * (len(quoted) > 2)} or {quoted[-1]}"
