"""Syslog: an RFC 5424 message for an entry; octet counting on streams (RFC 6587 section 3.4.1, RFC 5425).

Syslog has no receipt. What a stream has taken and ended in order counts as handed over; what a datagram carried is
never known, so UDP is for networks that lose nothing.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from apps.audit.forwarding.addresses import NotReached, Target
from apps.audit.models import Protocol

AUDIT = 13
"""The facility “log audit” of RFC 5424 section 6.2.1."""
SEVERITY = {"succeeded": 5, "refused": 4}
CONNECT = 10.0
WRITE = 20.0
CLOSE = 2.0
DATAGRAM = 60_000
"""Bytes of one message over UDP; a longer one goes without what was there before and after."""
Facts = Mapping[str, Any]


def message(facts: Facts) -> bytes:
    """``<109>1 2026-11-20T09:31:17.204000Z notionhub.example notionhub - member.role_changed - {…}``."""
    priority = AUDIT * 8 + SEVERITY.get(str(facts["outcome"]), 5)
    host = urlsplit(settings.BASE_URL).hostname or "-"
    head = f"<{priority}>1 {facts['at']} {host[:255]} notionhub - {str(facts['event'])[:32] or '-'} - "
    return head.encode("ascii", "replace") + orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)


async def send(protocol: str, target: Target, ip: str, entries: Sequence[Facts], context: ssl.SSLContext) -> None:
    """Hand entries over in their order. Raises :class:`NotReached`."""
    try:
        if protocol == Protocol.SYSLOG_UDP:
            await _datagrams(ip, target.port, entries)
        else:
            tls = context if protocol == Protocol.SYSLOG_TLS else None
            await _stream(ip, target, b"".join(_counted(message(facts)) for facts in entries), tls)
    except TimeoutError as error:
        raise NotReached(f"{target.host} port {target.port} took too long.") from error
    except ssl.SSLError as error:
        raise NotReached(f"{target.host} could not prove who it is ({error.reason or 'TLS failed'}).") from error
    except OSError as error:
        raise NotReached(f"{target.host} port {target.port} cannot be reached ({error.strerror or error}).") from error


def _counted(text: bytes) -> bytes:
    return f"{len(text)} ".encode() + text


async def _stream(ip: str, target: Target, text: bytes, tls: ssl.SSLContext | None) -> None:
    name = target.host if tls else None
    async with asyncio.timeout(CONNECT):
        reader, writer = await asyncio.open_connection(ip, target.port, ssl=tls, server_hostname=name)
    try:
        writer.write(text)
        async with asyncio.timeout(WRITE):
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        with contextlib.suppress(TimeoutError):  # many servers wait for us to close; a reset is an error
            async with asyncio.timeout(CLOSE if tls is None else 0.2):
                await reader.read()
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE):
                await writer.wait_closed()


async def _datagrams(ip: str, port: int, entries: Sequence[Facts]) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(ip, port))
    try:
        for facts in entries:
            text = message(facts)
            transport.sendto(
                text if len(text) <= DATAGRAM else message({**facts, "before": {}, "after": {}, "cut": True})
            )
            await asyncio.sleep(0)
    finally:
        transport.close()
