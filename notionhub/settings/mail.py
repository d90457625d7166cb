"""The mail server, made from ``EMAIL_URL``: ``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretStr

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""The schemes and the port that each stands for: without encryption, upgraded to TLS (RFC 3207), in TLS (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """What Django's SMTP backend takes."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    tls: bool


def mail_server(url: SecretStr | None) -> MailServer | None:
    """None for no address: letters are written to the console. Raises ``ImproperlyConfigured`` without repeating it."""
    if url is None:
        return None
    parts = urlsplit(url.get_secret_value())
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL names a port that is no number between 0 and 65535.") from None
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no host: write smtp+starttls://user:password@host.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured("EMAIL_URL names a user or a password alone: give both or neither.")
    return MailServer(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )
