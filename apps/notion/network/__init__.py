"""The wire: the only package that imports httpx. Everything above it speaks of calls and answers."""

from apps.notion.network.connections import Connections, Network, tls_context
from apps.notion.network.exchange import NetworkTransport
from apps.notion.network.fetching import Reply, WebAddress, fetch
from apps.notion.network.opening import API_BASE, open_client

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
