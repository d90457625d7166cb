"""Whose scope is open, and how much of it is seen: context variables.

They follow ``await``, tasks made inside it, ``asyncio.to_thread`` and ``sync_to_async``. A scope is opened in three
places only (the door, the lane, the command) and never inside a generator, whose consumer would inherit it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[int | None] = ContextVar("notionhub_organization", default=None)
_workspaces: ContextVar[frozenset[int] | None] = ContextVar("notionhub_workspaces", default=None)


class NoScope(RuntimeError):
    """A tenant's table was touched while no organization's scope was open."""


class WrongScope(RuntimeError):
    """An object of one organization was used inside the scope of another."""


def open_scope() -> int | None:
    """The organization whose scope is open, or None."""
    return _current.get()


def current_organization_id() -> int:
    """The organization whose scope is open. Raises :class:`NoScope` outside of one."""
    organization_id = _current.get()
    if organization_id is None:
        raise NoScope("No organization's scope is open: enter one with apps.core.tenancy.scope().")
    return organization_id


@contextmanager
def scope(organization_id: int) -> Iterator[None]:
    """Open the scope of one organization. Scopes do not nest, except into themselves.

    Raises :class:`WrongScope` when another organization's scope is open, or when at the end the value
    is no longer this scope's own (it leaked through a generator); the scope is then cleared first.
    """
    before = _current.get()
    if before is not None and before != organization_id:
        raise WrongScope(f"Organization {before} is active; {organization_id} cannot be entered inside it.")
    _current.set(organization_id)
    try:
        yield
    finally:
        leaked = _current.get() != organization_id
        _current.set(None if leaked else before)
        if leaked:
            raise WrongScope(f"The scope of organization {organization_id} was left by somebody else.")


def seen_workspaces() -> frozenset[int] | None:
    """The workspaces whose rows are met in the open scope, or None when nothing is kept back."""
    return _workspaces.get()


@contextmanager
def narrowed(workspaces: frozenset[int] | None) -> Iterator[None]:
    """See these workspaces only, of those that are seen already. None keeps nothing back."""
    before = _workspaces.get()
    if workspaces is not None:
        _workspaces.set(workspaces if before is None else before & workspaces)
    try:
        yield
    finally:
        _workspaces.set(before)
