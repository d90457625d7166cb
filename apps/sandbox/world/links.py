"""Relations between rows, kept once and read from both ends."""

from collections.abc import Iterable


class Links:
    """Ordered references from the rows of one data source to rows of another, by page number."""

    __slots__ = ("backward", "forward")

    def __init__(self) -> None:
        self.forward: dict[int, list[int]] = {}
        self.backward: dict[int, list[int]] = {}

    def add(self, source: int, target: int) -> None:
        self.forward.setdefault(source, []).append(target)
        self.backward.setdefault(target, []).append(source)

    def of(self, page: int, *, reverse: bool) -> list[int]:
        return (self.backward if reverse else self.forward).get(page, [])

    def replace(self, page: int, others: Iterable[int], *, reverse: bool) -> None:
        """Point ``page`` at ``others`` and at nothing else."""
        near, far = (self.backward, self.forward) if reverse else (self.forward, self.backward)
        for other in near.pop(page, []):
            far[other].remove(page)
        kept = list(dict.fromkeys(others))
        if kept:
            near[page] = kept
        for other in kept:
            far.setdefault(other, []).append(page)
