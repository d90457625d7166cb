"""Whether the chain holds: every sealed entry is read again, hashed again, and compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.audit.canonical import COLUMNS, NOTHING_BEFORE, digest, document
from apps.audit.models import AuditEntry, Chain
from apps.audit.retention import TRIMMED, last_cut
from apps.audit.sealing import seal
from apps.core.errors import Invalid
from apps.core.tenancy import current_organization_id
from apps.organizations.models import Organization

AT_ONCE = 2_000
SEQ, HASH, EVENT, AFTER = (COLUMNS.index(name) for name in ("seq", "hash", "event", "after"))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that was noted outside of NotionHub."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """``"48206:a90f71c2…"``. Raises :class:`Invalid`."""
        seq, _, noted = text.strip().partition(":")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 18 and _is_hash(noted)):
            raise Invalid("An anchor reads `entry:hash`, such as 48206:a90f… with 64 hex digits.", field="anchor")
        return cls(int(seq), noted.lower())


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not what it was: its place, its public id if it is there, and what is wrong."""

    seq: int
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries were read, from the one after ``cut`` (0 without one) to ``seq``, whose hash is ``head``."""

    count: int
    cut: int
    seq: int
    head: str
    broken: Break | None

    @property
    def holds(self) -> bool:
        return self.broken is None


def verify(anchor: Anchor | None = None, progress: Callable[[int], object] = lambda count: None) -> Verdict:
    """Seal what is committed, then check all of the open scope's chain. ``progress`` is told how far it is."""
    chain = seal()
    return _Check(chain, anchor).run(progress)


class _Check:
    def __init__(self, chain: Chain, anchor: Anchor | None) -> None:
        self.chain, self.anchor, self.cut = chain, anchor, last_cut()
        self.seq = self.start = self.cut.seq if self.cut else 0
        self.hash = bytes(self.cut.hash) if self.cut else NOTHING_BEFORE
        self.vouched = self.cut is None
        self.organization = Organization.objects.values_list("public_id", flat=True).get(pk=current_organization_id())

    def run(self, progress: Callable[[int], object]) -> Verdict:
        broken = self._before()
        if broken is None:
            for row in _rows(self.start, self.chain.seq):
                broken = self._next(row)
                if broken is not None:
                    break
                if self.seq % AT_ONCE == 0:
                    progress(self.seq - self.start)
            else:
                broken = self._end()
        return Verdict(self.seq - self.start, self.start, self.seq, self.hash.hex(), broken)

    def _before(self) -> Break | None:
        anchor = self.anchor
        if anchor is not None and anchor.seq == self.start and anchor.hash != self.hash.hex():
            return Break(self.start, "", "The hash here is not the noted one: the chain before it was another.")
        return None

    def _next(self, row: tuple[Any, ...]) -> Break | None:
        place, entry = row[SEQ], row[0]
        if place != self.seq + 1:
            gone = _span(self.seq + 1, place - 1)
            return Break(self.seq + 1, "", f"{gone} missing: removed, or moved to another place.")
        link = _link(row, self.organization, self.hash)
        if link != bytes(row[HASH]):
            return Break(place, entry, "It does not match its hash: it was changed, put in or moved after sealing.")
        self.seq, self.hash = place, link
        if row[EVENT] == TRIMMED and self.cut is not None:
            told = row[AFTER]
            self.vouched = self.vouched or (told.get("seq"), told.get("head")) == (self.cut.seq, self.cut.head)
        if self.anchor is not None and place == self.anchor.seq and link.hex() != self.anchor.hash:
            return Break(place, entry, "Its hash is not the noted one: this entry or one before it was replaced.")
        return None

    def _end(self) -> Break | None:
        if self.seq < self.chain.seq:
            return Break(self.seq + 1, "", f"{_span(self.seq + 1, self.chain.seq)} missing at the end.")
        if self.hash != bytes(self.chain.hash):
            return Break(self.seq, "", "The end of the chain is not the one that was sealed last.")
        if self.anchor is not None and self.anchor.seq > self.seq:
            return Break(
                self.seq + 1, "", f"{_span(self.seq + 1, self.anchor.seq)} missing at the end: they were noted."
            )
        if not self.vouched:
            return Break(
                self.start, "", "Entries were cut off at the beginning, and no entry of retention vouches for it."
            )
        return None


def _rows(after: int, upto: int) -> Iterator[tuple[Any, ...]]:
    """What is sealed between two places, page by page, so that no statement runs long."""
    while after < upto:
        rows = AuditEntry.objects.filter(seq__gt=after, seq__lte=upto).order_by("seq").values_list(*COLUMNS)
        page = list(rows[:AT_ONCE])
        if not page:
            return
        yield from page
        after = page[-1][SEQ]


def _link(row: tuple[Any, ...], organization: str, previous: bytes) -> bytes:
    """Empty for what cannot have been sealed."""
    try:
        return digest(document(row, organization, previous))
    except TypeError:
        return b""


def _span(first: int, last: int) -> str:
    return f"Entry {first:,} is" if first == last else f"Entries {first:,} to {last:,} are"


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdefABCDEF" for digit in text)
