"""Fetching from a machine that was chosen by address, for exchanges under guard."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType

import httpx

from apps.notion.network.wires import FAILURES, Network, Reply, lost, tls_context

_TIMEOUT = {"connect": 10.0, "read": 60.0, "write": 10.0, "pool": None}


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An absolute URL, taken apart. `host` is lower-case ASCII without brackets."""

    scheme: str
    host: str
    port: int
    url: httpx.URL

    @classmethod
    def parse(cls, text: str) -> "WebAddress":
        """Raises `ValueError` when `text` is no absolute http or https URL."""
        try:
            return cls._of(httpx.URL(text))
        except httpx.InvalidURL as error:
            raise ValueError(str(error)) from error

    @classmethod
    def _of(cls, url: httpx.URL) -> "WebAddress":
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise ValueError("not an absolute http or https address")
        port = url.port or (443 if url.scheme == "https" else 80)
        return cls(url.scheme, url.raw_host.decode("ascii"), port, url)

    def join(self, location: str) -> "WebAddress":
        """Where a redirect leads. Raises `ValueError`."""
        try:
            return self._of(self.url.join(location))
        except httpx.InvalidURL as error:
            raise ValueError(str(error)) from error

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def path(self) -> str:
        """Percent-decoded."""
        return self.url.path

    @property
    def query(self) -> str:
        return self.url.query.decode("ascii", "replace")

    @property
    def has_credentials(self) -> bool:
        return bool(self.url.userinfo)

    def __str__(self) -> str:
        """Without the query, which may hold a signature."""
        return f"{self.scheme}://{self.url.netloc.decode('ascii')}{self.path}"


@asynccontextmanager
async def fetch(
    target: WebAddress,
    ip: str,
    network: Network | None = None,
    *,
    method: str = "GET",
    headers: Mapping[str, str] = MappingProxyType({}),
    body: bytes | None = None,
) -> AsyncIterator[Reply]:
    """Ask `target` at the machine at `ip`, whatever its name resolves to. Follows nothing, decodes nothing.

    The certificate is checked for the name in `target`. Without `network` the connection is new and closed
    afterwards. Raises `Unreachable` and `ConnectionLost`, also while the body is read inside the block.
    """
    transport = network or httpx.AsyncHTTPTransport(verify=tls_context())
    sent = {"accept": "*/*", **headers, "accept-encoding": "identity"}
    if body is not None:
        sent["content-length"] = str(len(body))
    request = httpx.Request(
        method,
        target.url.copy_with(host=ip),
        headers=[(b"host", target.url.netloc), *((name.encode(), value.encode()) for name, value in sent.items())],
        stream=httpx.ByteStream(body or b""),
        extensions={"timeout": _TIMEOUT, "sni_hostname": target.host},
    )
    try:
        try:
            response = await transport.handle_async_request(request)
        except FAILURES as error:
            raise lost(error) from error
        try:
            yield Reply(response.status_code, response.headers, _body(response))
        finally:
            await response.aclose()
    finally:
        if network is None:
            await transport.aclose()


async def _body(response: httpx.Response) -> AsyncIterator[bytes]:
    # Only what the network raises is translated here, not what the reader does with the pieces.
    try:
        async for piece in response.aiter_raw():
            yield piece
    except FAILURES as error:
        raise lost(error) from error
