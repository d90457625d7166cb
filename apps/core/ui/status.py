"""The closed status vocabulary: one word per state, the same on pages, in e-mail, in the API and in logs.

A word outside this table is a mistake of ours and raises; green is only ever a state that was proven.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a state is meant; the value is the style sheet's class."""

    OK = "ok"
    RUN = "run"
    WARN = "warn"
    BAD = "bad"
    INK = "ink"


@dataclass(frozen=True, slots=True)
class Status:
    """A state as it is shown: the word carries it, tone and icon only repeat it."""

    code: str
    word: str
    tone: Tone
    icon: str

    @property
    def moves(self) -> bool:
        """Whether the icon turns, because something is happening right now."""
        return self.tone is Tone.RUN


class UnknownStatus(LookupError):
    """The word is not in the vocabulary."""


_VOCABULARY: tuple[tuple[Tone, str, tuple[str, ...]], ...] = (
    (Tone.OK, "circle-check", ("Healthy", "Complete", "Succeeded", "Published", "Verified")),
    (Tone.RUN, "loader-2", ("Running",)),
    (Tone.RUN, "refresh", ("Retrying",)),
    (Tone.WARN, "progress-alert", ("Incomplete",)),
    (Tone.WARN, "hourglass", ("Expiring",)),
    (Tone.WARN, "arrows-diff", ("Drifted",)),
    (Tone.WARN, "arrows-split", ("Conflicts",)),
    (Tone.WARN, "hand-stop", ("Needs approval",)),
    (Tone.WARN, "alert-triangle", ("Behind", "Reduced", "Warning")),
    (Tone.BAD, "circle-x", ("Failed", "Error")),
    (Tone.BAD, "eye-off", ("Access lost",)),
    (Tone.INK, "clock", ("Queued", "Pending")),
    (Tone.INK, "hourglass", ("Retiring",)),
    (Tone.INK, "player-pause", ("Paused",)),
    (Tone.INK, "ban", ("Cancelled",)),
    (Tone.INK, "pencil", ("Draft",)),
    (Tone.INK, "archive", ("Superseded", "Retired")),
    (Tone.INK, "player-skip-forward", ("Skipped",)),
    (Tone.INK, "flask", ("Sandbox",)),
    (Tone.INK, "mail", ("Invited",)),
)


def code_of(word: str) -> str:
    """The stored form of a word: ``"Access lost"`` → ``"access_lost"``."""
    return word.lower().replace(" ", "_")


STATUSES: dict[str, Status] = {
    code_of(word): Status(code_of(word), word, tone, icon) for tone, icon, words in _VOCABULARY for word in words
}


def status_of(word: str) -> Status:
    """Look a state up by its word (``"Access lost"``) or its stored form (``"access_lost"``).

    Raises ``UnknownStatus`` for anything else: a new state is a new line in the table above.
    """
    found = STATUSES.get(word)
    if found is None:
        found = STATUSES.get(code_of(word))
        if found is None or found.word != word:
            raise UnknownStatus(f"“{word}” is not in the status vocabulary")
    return found
