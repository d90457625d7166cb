"""Where a request comes from."""

from apps.core.addresses import client_ip

__all__ = ["client_ip"]
