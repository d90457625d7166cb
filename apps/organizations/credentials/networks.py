"""From which addresses a credential may be used."""

import functools
import ipaddress
from collections.abc import Iterable

from apps.core.errors import Invalid

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST = 50


def checked(given: Iterable[str]) -> list[str]:
    """The networks in their usual notation; a plain address counts as a network of one. Raises :class:`Invalid`."""
    networks = list(dict.fromkeys(str(_checked(text.strip())) for text in given if text.strip()))
    if len(networks) > MOST:
        raise Invalid(f"At most {MOST} networks can be named; these are {len(networks)}.", field="networks")
    return networks


def allows(networks: Iterable[str], address: str | None) -> bool:
    """Whether one of the networks holds the address. Without networks every address will do."""
    named = [network(text) for text in networks]
    if not named:
        return True
    if address is None:
        return False
    caller = ipaddress.ip_address(address)
    return any(caller in each for each in named)


def lie_within(inner: Iterable[str], outer: Iterable[str]) -> bool:
    """Whether each of the inner networks is a part of one of the outer."""
    around = [network(text) for text in outer]
    return all(any(_part_of(network(text), each) for each in around) for text in inner)


@functools.lru_cache(maxsize=1024)
def network(text: str) -> Network:
    return ipaddress.ip_network(text)


def _part_of(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def _checked(text: str) -> Network:
    try:
        wide = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Invalid(
            f"“{text[:50]}” is no network: write it as 192.0.2.0/24 or 2001:db8::/32.", field="networks"
        ) from None
    if "/" in text and ipaddress.ip_interface(text).ip != wide.network_address:
        raise Invalid(f"“{text}” points into the network {wide}: write {wide}, or the address alone.", field="networks")
    if isinstance(wide, ipaddress.IPv6Network) and wide.network_address.ipv4_mapped is not None:
        raise Invalid(f"“{text}” is an IPv4 network in IPv6 notation: write it as IPv4.", field="networks")
    return wide
