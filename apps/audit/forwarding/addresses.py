"""Which machines entries may be sent to.

A tenant chooses the address, so the guard of every such address holds (``apps.notion.addresses``). An installation may
name networks of its own.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

from apps.audit.models import Protocol
from apps.core.errors import Invalid
from apps.notion.addresses import AddressPolicy, Resolver, resolve_host
from apps.notion.file_errors import AddressRefused
from apps.notion.network import WebAddress

PORTS = {Protocol.SYSLOG_TLS: 6514, Protocol.SYSLOG_TCP: 514, Protocol.SYSLOG_UDP: 514}
NOT_ALLOWED = "This installation does not allow its network (NOTIONHUB_COLLECTOR_NETWORKS). Nothing was sent there."


class NotReached(Exception):
    """Entries could not be handed over; the message says why. They are sent again."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Target:
    """A checked form of an address. ``web`` is set for HTTPS."""

    host: str
    port: int
    web: WebAddress | None = None


def read_target(protocol: str, address: str) -> Target:
    """Take an address apart. Raises :class:`Invalid` for one that nothing can be sent to."""
    target = _web(address) if protocol == Protocol.HTTPS else _server(Protocol(protocol), address)
    if _is_literal(target.host) and not _policy().allows(target.host):
        raise Invalid(f"{target.host} is not on the public internet. {NOT_ALLOWED}", field="address")
    return target


async def machine_of(target: Target, resolver: Resolver = resolve_host) -> str:
    """The address to connect to. Raises :class:`NotReached`."""
    allow = _policy()
    try:
        if target.web is not None:
            return (await allow.addresses(target.web, resolver))[0]
        return (await allow.machines(target.host, target.port, resolver))[0]
    except AddressRefused as error:
        raise NotReached(f"{error} {NOT_ALLOWED}") from error
    except OSError as error:
        raise NotReached(f"{target.host} is not known to the name server ({error.strerror or error}).") from error


def _policy() -> AddressPolicy:
    return AddressPolicy.also(settings.COLLECTOR_NETWORKS)


def _web(address: str) -> Target:
    try:
        web = WebAddress.parse(address)
    except ValueError as error:
        raise Invalid("This is no https:// address.", field="address") from error
    if web.scheme != "https" and not settings.COLLECTOR_NETWORKS:
        raise Invalid("Entries are sent to an HTTPS collector over https:// only.", field="address")
    if web.has_credentials:
        raise Invalid("The address holds a user name or password; give them as Authorization.", field="address")
    return Target(web.host, web.port, web)


def _server(protocol: Protocol, address: str) -> Target:
    host, separator, port = address.rpartition(":")
    if not separator or "]" in port or (":" in host and not host.startswith("[")):
        host, port = address, ""
    host = host.removeprefix("[").removesuffix("]").lower()
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0 if port else PORTS[protocol]
    fits = host and host.isascii() and not set(host) & set(" /@?#%\\") and len(host) <= 253
    if not fits or not 0 < number < 65_536:
        raise Invalid("A syslog server is given as host:port, such as logs.example.com:6514.", field="address")
    return Target(host, number)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
