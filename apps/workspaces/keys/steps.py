"""What the pages of the rotation show: its steps, and the proof as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format

from apps.workspaces.keys.proof import Proof
from apps.workspaces.models import KeyState, WorkspaceKey


@dataclass(frozen=True, slots=True)
class Step:
    """``state``: done, now or next."""

    title: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A fact with both keys. ``tone`` and ``icon`` are those of the status vocabulary."""

    what: str
    old: str
    new: str
    result: str
    tone: str
    icon: str


WAY = ("add", "prove", "promote", "grace", "retire")
SAME = ("Same", "ok", "circle-check")


def steps(at: str, key: WorkspaceKey | None, old: WorkspaceKey | None) -> list[Step]:
    """The five steps of a rotation. ``key`` is the new one, ``old`` the one that it replaces."""
    now = WAY.index(at)
    before = f"key {old.number}" if old is not None else "the last key"
    words = {
        "add": f"key {key.number} {'signed in' if key.is_oauth else 'pasted'}" if key else "a new key of the workspace",
        "prove": f"sees the same as {before}?",
        "promote": "one step, jobs go on",
        "grace": _grace(old),
        "retire": f"{before} is wiped",
    }
    states = ["done" if each < now else "now" if each == now else "next" for each in range(len(WAY))]
    return [
        Step(f"{number}. {name.capitalize()}", state, words[name])
        for number, (name, state) in enumerate(zip(WAY, states, strict=True), start=1)
    ]


def _grace(old: WorkspaceKey | None) -> str:
    if old is not None and old.state == KeyState.RETIRING and old.retires_at is not None:
        return f"until {date_format(old.retires_at, 'j M')}, both keys are here"
    return "both keys are here"


def lines(proof: Proof) -> Iterator[Line]:
    """What was compared. A fact that could not be found out is told as such."""
    compared = proof.old is not None
    yield Line("Workspace", proof.workspace if compared else "–", proof.workspace, *SAME)
    lost = proof.expected - proof.reached
    roots = (f"{lost:,} lost", "bad", "circle-x") if lost else SAME
    old = f"{proof.old_reached:,}" if proof.old_reached is not None else "–"
    yield Line("Top pages and databases", old, f"{proof.reached:,} of {proof.expected:,}", *roots)
    if proof.lost_objects:
        yield Line("Objects behind them", "–", "–", f"{proof.lost_objects:,} lost", "bad", "circle-x")
    for ability in proof.abilities:
        result = ("Reduced", "warn", "alert-triangle") if ability.is_lost else SAME
        if ability.new is None:
            result = ("Not known", "", "point")
        elif ability.old is False and ability.new:
            result = ("Added", "ok", "circle-check")
        yield Line(ability.name, _yes(ability.old), _yes(ability.new), *result)


def _yes(value: bool | None) -> str:
    return "–" if value is None else "Yes" if value else "No"
