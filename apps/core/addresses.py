"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address; behind a trusted proxy, the last one that the proxy has added.

    An IPv4 address in IPv6 notation (``::ffff:192.0.2.1``) is told as IPv4: networks and the log know one form.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.USE_X_FORWARDED_FOR:
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
