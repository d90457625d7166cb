"""2022-06-28, as Notion's upgrade guide tells it: rows lie in databases, and there are no data sources.

Nothing of this version was recorded. What the endpoints of databases answer stands with them (`apart=False`).
"""

from typing import Final

from apps.sandbox.versions import v2025_09_03
from apps.sandbox.versions.version import Version
from apps.sandbox.world.json import Json


def _write_answer(answer: Json) -> Json:
    if answer.get("object") == "list":
        return {**answer, "results": [_write_answer(each) for each in answer["results"]]}
    return _in_database(v2025_09_03.write_answer(answer))


def _in_database(answer: Json) -> Json:
    """A row's parent is the database alone."""
    parent = answer.get("parent")
    if not isinstance(parent, dict) or parent.get("type") != "data_source_id":
        return answer
    return {**answer, "parent": {"type": "database_id", "database_id": parent["database_id"]}}


V20220628: Final = Version("2022-06-28", v2025_09_03.read_body, _write_answer, apart=False)
