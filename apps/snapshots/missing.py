"""What a snapshot lacks, by reason, as ``jobs/unmet.html`` shows it: each object with a link to where one sees it."""

from collections.abc import Callable
from uuid import UUID

from apps.jobs.unmet import Group, UnmetObject
from apps.jobs.unmet import Reason as ShownReason
from apps.snapshots import selectors
from apps.snapshots.models import Kind, Snapshot, Unmet
from apps.snapshots.reasons import Help

IN_NOTION = frozenset(str(kind.label) for kind in (Kind.PAGE, Kind.ROW, Kind.DATABASE, Kind.DATA_SOURCE, Kind.TEMPLATE))
"""Words of what has an address of its own in Notion."""


def groups(snapshot: Snapshot, href: Callable[[UUID], str], *outcomes: str) -> list[Group]:
    found = selectors.unmet_groups(snapshot, *outcomes)
    rows = [one for group in found for one in group.objects]
    named = {id for one in rows for id in (one.object, one.parent) if id is not None}
    held = selectors.titles(snapshot, named)

    def link(one: Unmet) -> str:
        """To the object as far as the snapshot holds it, else to itself in Notion, else to what it lies in."""
        if one.object in held:
            return href(one.object)
        if one.kind in IN_NOTION:
            return f"https://www.notion.so/{one.object.hex}"
        return href(one.parent) if one.parent in held else ""

    shown = []
    for group in found:
        reason = ShownReason(group.reason.title, group.reason.sentence, group.reason.help is Help.RETRY)
        objects = tuple(
            UnmetObject(
                reason, one.title or "Untitled", one.kind.removesuffix("s"), str(one.object), one.detail, link(one)
            )
            for one in group.objects
        )
        retry = group.reason.code if group.reason.outcome != "skipped" and group.reason.help is not Help.NONE else ""
        shown.append(Group(reason.title, reason.advice, reason.icon, reason.fixable, group.count, objects, retry))
    return shown
