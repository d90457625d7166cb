"""What the sidebar shows. The list itself is made where the routes are known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the sidebar.

    ``group``: entries of one group stand together. ``key``: the letter after ``G`` that leads here.
    ``tally``: how many wait for a person, or run; ``tally_label`` says which ("running", "need attention"),
    ``tone`` is ``""``, ``"run"`` or ``"bad"``.
    """

    label: str
    url: str
    icon: str
    group: str
    active: bool = False
    key: str = ""
    tally: int = 0
    tally_label: str = ""
    tone: str = ""
