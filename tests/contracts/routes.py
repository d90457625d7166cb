"""The routes of the site, read from the URL table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

NO_OBJECT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Route:
    """One address below ``/o/<slug>/`` or ``/api/v1/o/<slug>/``; ``template`` has ``{slug}`` and ``{public_id}``."""

    name: str
    template: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return self.template

    @property
    def permission(self) -> str | None:
        """What a page needs to be seen; None when only its operation asks."""
        return getattr(self.view, "permission", None)

    @property
    def is_detail(self) -> bool:
        return "{public_id}" in self.template

    def path(self, slug: str, public_id: str = "nothing_0000", **others: str) -> str:
        known = {
            "slug": slug,
            "public_id": public_id,
            "object_id": NO_OBJECT,
            "other": public_id,
            "number": "1",
        } | others
        return self.template.format(**known)


def routes(prefix: str) -> list[Route]:
    return [route for route in _walk(get_resolver().url_patterns, "/", "") if route.template.startswith(prefix)]


def pages() -> list[Route]:
    return routes("/o/{slug}/")


def endpoints() -> list[Route]:
    return routes("/api/v1/o/{slug}/")


def _walk(patterns: list[Any], base: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        here = base + _braced(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}:{pattern.name}", here, pattern.callback)


def _braced(route: str) -> str:
    """``o/<slug:slug>/`` → ``o/{slug}/``."""
    out = ""
    for part in route.replace(">", "<").split("<"):
        out += "{" + part.partition(":")[2] + "}" if ":" in part else part
    return out
