"""Which machines may be talked to at an address that somebody else has chosen.

URLs of files are written by whoever edits the workspace, those of issuers and collectors by a tenant, so they must not
lead into our own network (server-side request forgery). A name is resolved once, every address it gives is checked, and
the connection is made to a checked address: a second answer of the name server cannot change the target.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from apps.notion.file_errors import AddressRefused
from apps.notion.network import WebAddress

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out
_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # Python knows parts of it only
_FOREIGN_SERVICES = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080)
)
"""Ports from 1024 on at which a browser speaks no HTTP: https://fetch.spec.whatwg.org/#port-blocking."""


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system's resolver tells them. Raises `OSError`."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part that is empty or longer than 63 characters, which no name has
        raise OSError(f"{host} is no host name") from error
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


def speaks_web(port: int) -> bool:
    """Whether a web server may be expected there. Below 1024 other services are at home than 80 and 443."""
    return port in (80, 443) or (1024 <= port <= 65_535 and port not in _FOREIGN_SERVICES)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """HTTPS to public addresses; besides, what the installation has listed.

    A listed origin is never looked up: it is reached on 127.0.0.1 (or the loopback address it names). `networks` are
    the installation's own, which may be reached although they are not on the public internet, by plain HTTP, too.
    """

    origins: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

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

    @classmethod
    def also(cls, networks: Iterable[str]) -> "AddressPolicy":
        """Public addresses and these networks: `AddressPolicy.also(["10.8.0.0/16"])`. Raises `ValueError`."""
        return cls(networks=tuple(ip_network(network) for network in networks))

    async def addresses(self, target: WebAddress, resolver: Resolver = resolve_host) -> Sequence[str]:
        """Where to connect to, best first. Raises `AddressRefused`; `OSError` when the name is unknown."""
        if target.has_credentials:
            raise AddressRefused("The address holds a user name or password.")
        if target.origin in self.origins:
            return [_loopback_address(target.host)]
        if target.scheme != "https" and not self.networks:
            raise AddressRefused(f"{target.host} is asked over HTTPS only.")
        if not speaks_web(target.port):
            raise AddressRefused(f"Port {target.port} of {target.host} is not a web server's.")
        found = await self.machines(target.host, target.port, resolver)
        if target.scheme != "https" and not all(self._is_ours(address) for address in found):
            raise AddressRefused(f"{target.host} is asked over HTTPS only.")
        return found

    async def machines(self, host: str, port: int, resolver: Resolver = resolve_host) -> Sequence[str]:
        """The same for a service that is no web server. Raises `AddressRefused`; `OSError` for an unknown name."""
        found = await resolver(host, port)
        if not found:
            raise OSError(f"{host} has no address")
        if not all(self.allows(address) for address in found):
            raise AddressRefused(f"{host} is not on the public internet.")
        return list(dict.fromkeys(found))

    def allows(self, address: str) -> bool:
        """Whether this IP address may be connected to."""
        return is_public(address) or self._is_ours(address)

    def _is_ours(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self.networks)


def _loopback_address(host: str) -> str:
    """Raises `ValueError` when `host` is an address outside this machine."""
    try:
        ip = ip_address(host)
    except ValueError:
        return "127.0.0.1"
    if not ip.is_loopback:
        raise ValueError(f"{host} is not an address of this machine.")
    return host
