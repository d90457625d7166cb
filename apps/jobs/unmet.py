"""Objects that a job could not do, each an event of its own, grouped by reason for whoever has to mend them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.jobs.ledger import Line
from apps.jobs.models import Level
from apps.jobs.state import UNMET

SHOWN_PER_GROUP = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """Why objects are missing: what happened, what to do, and whether a retry alone can help."""

    title: str
    advice: str
    fixable: bool
    icon: str = "alert-triangle"


@dataclass(frozen=True, slots=True)
class UnmetObject:
    """One object. ``reason`` is the particular one (``404 object_not_found``), ``because`` the group's."""

    because: Reason
    label: str
    kind: str
    object_id: str
    reason: str = ""
    href: str = ""

    def line(self) -> Line:
        message = f"{self.kind.capitalize()} “{self.label}” is missing or cut: {self.because.title}"
        return Line(UNMET, Level.WARNING, f"{message}, {self.reason}" if self.reason else message, asdict(self))

    @classmethod
    def read(cls, data: dict[str, Any]) -> "UnmetObject":
        return cls(**{**data, "because": Reason(**data["because"])})


@dataclass(frozen=True, slots=True)
class Group:
    """Objects that are missing for one reason; ``hidden`` more than the ``objects`` shown.

    ``retry`` names the reason where its objects can be asked for alone.
    """

    title: str
    advice: str
    icon: str
    fixable: bool
    count: int
    objects: tuple[UnmetObject, ...]
    retry: str = ""

    @property
    def hidden(self) -> int:
        return self.count - len(self.objects)


def grouped(objects: Iterable[UnmetObject]) -> list[Group]:
    """Groups, the biggest first. An object that was told twice counts once, for what was told last."""
    last = {(unmet.kind, unmet.object_id): unmet for unmet in objects}
    groups: dict[Reason, Group] = {}
    for unmet in last.values():
        because = unmet.because
        group = groups.get(because) or Group(
            because.title, because.advice, because.icon, because.fixable, count=0, objects=()
        )
        shown = group.objects if group.count >= SHOWN_PER_GROUP else (*group.objects, unmet)
        groups[because] = replace(group, count=group.count + 1, objects=shown)
    return sorted(groups.values(), key=lambda group: -group.count)
