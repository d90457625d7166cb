"""The wire: the only package that imports httpx and aiohttp. Everything above it speaks of calls and answers."""

from apps.notion.network.connections import Connections
from apps.notion.network.exchange import NetworkTransport
from apps.notion.network.fetching import WebAddress, fetch
from apps.notion.network.opening import API_BASE, open_client
from apps.notion.network.wires import Network, Reply, tls_context

__all__ = [
    "API_BASE",
    "Connections",
    "Network",
    "NetworkTransport",
    "Reply",
    "WebAddress",
    "fetch",
    "open_client",
    "tls_context",
]
