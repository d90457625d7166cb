"""2025-09-03: the trash has two names, meeting notes are a transcription, and blocks are only placed `after` others.

Facts: changes of version 2026-03-11 (https://developers.notion.com/reference/changes-by-version) and recorded answers,
in which `archived` and `in_trash` are always equal.

Assumption: `position` was not known before `after` gave way to it, so appending at the start cannot be said.
"""

import re
from collections.abc import Callable
from typing import Any

from apps.notion.errors import NotInVersion
from apps.notion.versions.version import Json, Request, Version

_TRASHABLE = frozenset({"page", "block", "database", "data_source", "file_upload"})
_UPDATES = frozenset({"pages", "blocks", "databases", "data_sources"})
_CHILDREN = re.compile(r"/v1/blocks/[^/]+/children$")


class V20250903(Version):
    date = "2025-09-03"

    def write(self, request: Request) -> Request:
        if request.method != "PATCH" or request.body is None:
            return request
        if _CHILDREN.match(request.path):
            return request.saying(self._placed(request.body))
        if "in_trash" in request.body and request.parts[0] in _UPDATES:
            return request.saying({_old_name(name): value for name, value in request.body.items()})
        return request

    def read(self, request: Request, answer: Json) -> Json:
        return each_object(answer, _one_trash)

    def _placed(self, body: Any) -> Json:
        said = dict(body)
        position = said.pop("position", None)
        kind = (position or {}).get("type")
        if kind == "after_block":
            said["after"] = position["after_block"]["id"]
        elif kind == "start":
            raise NotInVersion(f"Version {self.date} cannot place blocks at the start of a page.")
        return said


def each_object(answer: Json, change: Callable[[Json], Json]) -> Json:
    """`change` applied to the object that an answer is, or to each one that it lists."""
    results = answer.get("results")
    if isinstance(results, list):
        answer["results"] = [change(item) if isinstance(item, dict) else item for item in results]
        return answer
    return change(answer)


def _old_name(name: str) -> str:
    return "archived" if name == "in_trash" else name


def _one_trash(thing: Json) -> Json:
    if thing.get("object") not in _TRASHABLE:
        return thing
    if "archived" in thing:
        archived = thing.pop("archived")
        thing.setdefault("in_trash", archived)
    if thing.get("type") == "transcription" and thing["object"] == "block":
        thing["type"] = "meeting_notes"
        thing["meeting_notes"] = thing.pop("transcription")
    return thing
