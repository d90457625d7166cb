"""Which machines a download may talk to.

URLs of files are written by whoever edits the workspace, so they must not lead into our own network
(server-side request forgery). A name is resolved once, every address it gives is checked, and the connection is
made to a checked address: a second answer of the name server cannot change the target.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from apps.notion.file_errors import AddressRefused
from apps.notion.network import WebAddress

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out
_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # Python knows parts of it only


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system's resolver tells them. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Is this a unicast address of the public internet? IPv4 inside IPv6 is judged by what is inside."""
    try:
        ip = ip_address(address)
    except ValueError:  # no address at all
        return False
    if isinstance(ip, IPv6Address):
        if ip.sixtofour or ip.teredo:  # relays that nobody serves files through; they can lead inside
            return False
        ip = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip)
    if isinstance(ip, IPv6Address):
        return ip.is_global and ip in _GLOBAL_UNICAST
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip in _PROTOCOL_ASSIGNMENTS)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """HTTPS to public addresses; besides, the listed origins, which are taken to be on this machine.

    A listed origin is never looked up: it is reached on 127.0.0.1 (or the loopback address it names).
    """

    origins: frozenset[str] = frozenset()

    @classmethod
    def public(cls) -> "AddressPolicy":
        return cls()

    @classmethod
    def loopback(cls, origins: Iterable[str]) -> "AddressPolicy":
        """For the sandbox: `AddressPolicy.loopback(["http://127.0.0.1:8100"])`. Raises `ValueError`."""
        parsed = [WebAddress.parse(origin) for origin in origins]
        for address in parsed:
            _loopback_address(address.host)
        return cls(frozenset(address.origin for address in parsed))

    async def addresses(self, target: WebAddress, resolver: Resolver) -> Sequence[str]:
        """Where to connect to, best first. Raises `AddressRefused`; `OSError` when the name is unknown."""
        if target.has_credentials:
            raise AddressRefused("The address holds a user name or password.")
        if target.origin in self.origins:
            return [_loopback_address(target.host)]
        if target.scheme != "https":
            raise AddressRefused("Files are fetched over HTTPS only.")
        found = await resolver(target.host, target.port)
        if not all(is_public(address) for address in found):
            raise AddressRefused(f"{target.host} is not on the public internet.")
        return list(dict.fromkeys(found))


def _loopback_address(host: str) -> str:
    """Raises `ValueError` when `host` is an address outside this machine."""
    try:
        ip = ip_address(host)
    except ValueError:
        return "127.0.0.1"
    if not ip.is_loopback:
        raise ValueError(f"{host} is not an address of this machine.")
    return host
