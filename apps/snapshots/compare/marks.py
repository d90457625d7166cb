"""What can happen to an object between two snapshots."""

from enum import IntFlag


class Mark(IntFlag):
    """An object may be moved, renamed and changed at once. The larger mark is listed first."""

    CHANGED = 1
    RENAMED = 2
    MOVED = 4
    REMOVED = 8
    ADDED = 16

    @property
    def word(self) -> str:
        return str(self.name).lower()


ALL = (Mark.ADDED, Mark.REMOVED, Mark.MOVED, Mark.RENAMED, Mark.CHANGED)
BY_WORD = {mark.word: mark for mark in ALL}
_WEIGHTS = (*range(1, 8), int(Mark.REMOVED), int(Mark.ADDED))


def marks_of(weight: int) -> list[Mark]:
    return [mark for mark in ALL if weight & mark]


def words_of(weight: int) -> list[str]:
    return [mark.word for mark in marks_of(weight)]


def weights_with(mark: Mark) -> list[int]:
    """All sums that hold this mark."""
    return [weight for weight in _WEIGHTS if weight & mark]
