"""What encloses the operations of one call of the API: one transaction, which also holds the call's answer.

It is opened by the first operation, so that nothing is held while a call still talks to the network, and committed when
the answer is known. Either both are there afterwards or neither: a process that dies in between loses nothing and
leaves nothing half done.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from django.db import models, transaction

from apps.core.errors import Forbidden
from apps.core.occurrences import record

Check = Callable[[], None]
_open: ContextVar["Enclosure | None"] = ContextVar("notionhub_enclosure", default=None)


class Enclosure:
    """``check`` is asked once, inside the transaction, before the first operation does anything; it may raise."""

    def __init__(self, stack: ExitStack, check: Check | None) -> None:
        self._stack, self._check = stack, check
        self.has_begun = False
        self.has_written = False

    def begin(self, subject: models.Model | None) -> None:
        if self.has_begun:
            return
        self._stack.enter_context(transaction.atomic())
        self.has_begun = True
        if self._check is not None:
            if subject is not None and subject.pk is not None:
                type(subject)._base_manager.select_for_update(of=("self",)).filter(pk=subject.pk).first()
            self._check()


@contextmanager
def enclosed(check: Check | None = None) -> Iterator[Enclosure]:
    """Operations called inside are committed together when it is left, and not at all when an error leaves it."""
    enclosure: Enclosure | None = None
    try:
        with ExitStack() as stack:
            enclosure = Enclosure(stack, check)
            before = _open.set(enclosure)
            try:
                yield enclosure
            finally:
                _open.reset(before)
    except Forbidden as error:
        if error.occurrence is not None and enclosure is not None and enclosure.has_begun:
            record(error.occurrence)  # what the operation has recorded of it was rolled back with the call
        raise


def begin(subject: models.Model | None) -> None:
    """An operation on ``subject`` begins."""
    if enclosure := _open.get():
        enclosure.begin(subject)


def written() -> None:
    """An operation has succeeded."""
    if enclosure := _open.get():
        enclosure.has_written = True
