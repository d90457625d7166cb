"""One exchange with a machine whose address somebody else has chosen: where it leads is checked, and it has its bounds.

`files.download` is for what goes to a disk; this is for small answers, which are read whole.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.notion.addresses import AddressPolicy, Resolver, resolve_host
from apps.notion.errors import ConnectionLost, Unreachable
from apps.notion.file_errors import AddressRefused
from apps.notion.network import Network, Reply, WebAddress, fetch

__all__ = ["AddressPolicy", "AddressRefused", "Answer", "ConnectionLost", "Exchange", "ask"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is sent. `address` is an absolute URL; of `headers` none names the host, the length or an encoding."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are looked up in any case. A redirect is an answer like another: nothing is followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(
    exchange: Exchange,
    *,
    allow: AddressPolicy,
    max_bytes: int,
    patience: float,
    network: Network | None = None,
    resolver: Resolver = resolve_host,
) -> Answer:
    """Look the name up once, check every address it has, connect to a checked one, read at most `max_bytes`.

    `patience` bounds all of it, in seconds. Nothing that has reached the other side is sent twice.
    Raises `AddressRefused`; `Unreachable` when nothing was sent; `ConnectionLost` when nobody knows.
    """
    try:
        target = WebAddress.parse(exchange.address)
    except ValueError as error:
        raise AddressRefused("This is not a complete web address.") from error
    try:
        async with asyncio.timeout(patience):
            return await _exchange(target, exchange, allow, max_bytes, network, resolver)
    except TimeoutError as error:
        raise ConnectionLost(f"{target.host} did not answer within {patience:g} seconds.") from error


async def _exchange(
    target: WebAddress,
    exchange: Exchange,
    allow: AddressPolicy,
    max_bytes: int,
    network: Network | None,
    resolver: Resolver,
) -> Answer:
    try:
        addresses = await allow.addresses(target, resolver)
    except OSError as error:
        raise Unreachable(f"The name {target.host} is not known.") from error
    failure: Unreachable | None = None
    for address in addresses:
        try:
            async with fetch(
                target, address, network, method=exchange.method, headers=exchange.headers, body=exchange.body
            ) as reply:
                return Answer(reply.status, reply.headers, await _read(target, reply, max_bytes))
        except Unreachable as error:
            failure = error
    raise Unreachable(f"{target.host} could not be reached.") from failure


async def _read(target: WebAddress, reply: Reply, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in reply.body:
        size += len(piece)
        if size > max_bytes:
            raise ConnectionLost(f"The answer of {target.host} is longer than {max_bytes:,} bytes.")
        pieces.append(piece)
    return b"".join(pieces)
