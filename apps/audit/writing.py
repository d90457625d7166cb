"""The log as lines of a file: JSON Lines and CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from apps.audit.canonical import FORMAT
from apps.audit.models import LogFile, LogForm
from apps.audit.retention import last_cut
from apps.audit.selectors import EntryFilter, documents, organization_id_outside
from apps.core.formulas import guarded

AT_ONCE = 500
COLUMNS = (
    "seq", "id", "at", "event", "outcome", "reason", "actor_kind", "actor_ref", "actor_label", "role", "teams",
    "credential", "workspace", "ip", "user_agent", "request_id", "subject_type", "subject_id", "subject_label",
    "before", "after", "organization", "format", "previous", "hash",
)  # fmt: skip


def lines(file: LogFile, progress: Callable[[int], object] = lambda count: None) -> Iterator[bytes]:
    """The file's content in pieces of some hundred entries. ``progress`` is told how many there are so far."""
    found = documents(EntryFilter.read(file.wanted), upto=file.up_to)
    write = _jsonl if file.form == LogForm.JSONL else _csv
    yield _first(file)
    count = 0
    while some := list(islice(found, AT_ONCE)):
        yield write(some)
        count += len(some)
        progress(count)


def _first(file: LogFile) -> bytes:
    if file.form == LogForm.CSV:
        return _rows([COLUMNS])
    cut = last_cut()
    about = {
        "notionhub_audit_log": FORMAT,
        "organization": organization_id_outside(),
        "head": {"seq": file.up_to, "hash": file.head},
        "cut": {"seq": cut.seq, "hash": cut.head} if cut else None,
        "filter": file.wanted,
        "exported_at": file.created_at,
    }
    return orjson.dumps(about, option=orjson.OPT_APPEND_NEWLINE)


def _jsonl(found: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for facts in found)


def _csv(found: Iterable[Mapping[str, Any]]) -> bytes:
    return _rows([[_cell(facts[name]) for name in COLUMNS] for facts in found])


def _rows(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return guarded(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())
    return guarded(str(value))
