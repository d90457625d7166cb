"""Whether a key reaches what the one in use reaches: asked of Notion with both, and compared.

What must be reachable are the top pages and databases of the newest complete snapshot, or without one those that the
key in use shows. Each is looked for in the first search answer, and read by its id where it is not there.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.workspaces.models import Workspace

LOSSES_SHOWN = 100


class Verdict(StrEnum):
    SAME = "same"
    LESS = "less"
    OTHER = "other"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Root:
    """A topmost page or database. ``objects`` counts it and all that lies in it; None when nobody has counted."""

    id: str
    kind: str
    title: str
    objects: int | None = None


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that a connection may do; None when it could not be found out."""

    name: str
    old: bool | None
    new: bool | None

    @property
    def is_lost(self) -> bool:
        return bool(self.old) and self.new is False


@dataclass(frozen=True, slots=True)
class Proof:
    """``old`` is the number of the key that was compared with; None when there was none that works.

    ``lost`` are the roots that the new key does not reach (the largest, when there are many), ``lost_count`` all.
    """

    verdict: Verdict
    at: str
    requests: int
    workspace: str
    old: int | None
    expected: int = 0
    reached: int = 0
    old_reached: int | None = None
    lost_count: int = 0
    lost_objects: int = 0
    lost: list[Root] = field(default_factory=list)
    abilities: list[Ability] = field(default_factory=list)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self | None:
        """What a key's row holds; None before it was tried."""
        if not stored:
            return None
        lost = [Root(**each) for each in stored["lost"]]
        abilities = [Ability(**each) for each in stored["abilities"]]
        return cls(**{**stored, "verdict": Verdict(stored["verdict"]), "lost": lost, "abilities": abilities})

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict.value}

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def holds(self) -> bool:
        """Whether the key may be promoted without anybody accepting a loss."""
        return self.verdict is Verdict.SAME

    @property
    def losses(self) -> list[Ability]:
        return [ability for ability in self.abilities if ability.is_lost]

    @property
    def sentence(self) -> str:
        """What promoting the key would mean, for a report."""
        match self.verdict:
            case Verdict.REFUSED:
                return "Notion does not accept this key."
            case Verdict.OTHER:
                return f"This key opens another workspace, {self.workspace}."
            case Verdict.SAME:
                return f"Reaches all of {self.expected:,} top pages and databases."
        return f"Would lose {self.loss}."

    @property
    def loss(self) -> str:
        """What would be lost, as the end of a sentence."""
        parts = []
        if self.lost_count:
            of = f"{self.lost_count:,} of {self.expected:,} top pages and databases"
            parts.append(f"{of} with {self.lost_objects:,} objects" if self.lost_objects else of)
        parts += [f"“{ability.name}”" for ability in self.losses]
        return ", ".join(parts)


def expected_roots(workspace: Workspace) -> list[Root]:
    """What earlier captures have proven to be reachable; asked of the room that ``settings.KEY_REACH`` names."""
    ask: Callable[[Workspace], list[Root]] = import_string(settings.KEY_REACH)
    return ask(workspace)


def with_objects(workspace: Workspace, lost: list[Root]) -> list[Root]:
    """The same, each with the number of objects behind it, the largest first."""
    count: Callable[[Workspace, list[str]], dict[str, int]] = import_string(settings.KEY_REACH_COUNT)
    objects = count(workspace, [root.id for root in lost])
    counted = [replace(root, objects=objects.get(root.id, root.objects)) for root in lost]
    return sorted(counted, key=lambda root: (-(root.objects or 0), root.title.casefold()))


def compared(
    workspace: str, old: int | None, roots: list[Root], lost: list[Root], abilities: list[Ability], requests: int
) -> Proof:
    """The proof of a key that opens the right workspace. ``roots`` must be reachable, ``lost`` are not."""
    less = bool(lost) or any(ability.is_lost for ability in abilities)
    return Proof(
        verdict=Verdict.LESS if less else Verdict.SAME,
        at=timezone.now().isoformat(),
        requests=requests,
        workspace=workspace,
        old=old,
        expected=len(roots),
        reached=len(roots) - len(lost),
        old_reached=len(roots) if old is not None else None,
        lost_count=len(lost),
        lost_objects=sum(root.objects or 0 for root in lost),
        lost=lost[:LOSSES_SHOWN],
        abilities=abilities,
    )
