"""The suite's network: every base address leads to a sandbox in this process, without sockets."""

import itertools

import httpx

from apps.sandbox import Sandbox

_serving: dict[str, Sandbox] = {}
_numbers = itertools.count(1)


def network(base_url: str) -> httpx.ASGITransport:
    """What ``settings.NOTION_NETWORK`` names in the suite."""
    return httpx.ASGITransport(app=_serving[base_url].app)


def serve(sandbox: Sandbox, base_url: str) -> None:
    _serving[base_url] = sandbox


def stop_serving(base_url: str) -> None:
    _serving.pop(base_url, None)


def fresh_base_url() -> str:
    return f"http://sandbox-{next(_numbers)}.test"
