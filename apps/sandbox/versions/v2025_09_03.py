"""2025-09-03, as recorded: the trash has two names, and meeting notes are a transcription."""

from typing import Final

from apps.sandbox.versions.version import Version
from apps.sandbox.world.json import Json

_WITH_TRASH: Final = frozenset({"page", "block", "database", "data_source", "file_upload"})


def read_body(body: Json) -> Json:
    """``archived`` says what ``in_trash`` says, and ``after`` is the only position."""
    renamed = {("in_trash" if key == "archived" else key): value for key, value in body.items()}
    if "after" in renamed:
        renamed["position"] = {"type": "after_block", "after_block": {"id": renamed.pop("after")}}
    return renamed


def write_answer(answer: Json) -> Json:
    """Everything that can be in the trash says so twice."""
    if answer.get("object") == "list":
        return {**answer, "results": [write_answer(each) for each in answer["results"]]}
    if answer.get("object") not in _WITH_TRASH or "in_trash" not in answer:
        return answer
    if answer.get("type") == "meeting_notes":
        answer = {("transcription" if key == "meeting_notes" else key): value for key, value in answer.items()}
        answer["type"] = "transcription"
    return {**answer, "archived": answer["in_trash"]}


V20250903: Final = Version("2025-09-03", read_body, write_answer)
