"""An HTTPS collector: a POST of JSON Lines, which a 2xx answer acknowledges. Redirects are not followed."""

import asyncio
from collections.abc import Sequence

import orjson
from pydantic import SecretStr

from apps.audit.forwarding.addresses import NotReached, Target
from apps.audit.forwarding.syslog import Facts
from apps.notion.errors import ConnectionLost
from apps.notion.network import Network, fetch

WHOLE = 30.0
"""Seconds for one exchange."""
LONGEST_REST = 3_600.0


async def send(
    target: Target, ip: str, entries: Sequence[Facts], secret: SecretStr | None, network: Network | None = None
) -> None:
    """Hand entries over in their order. Raises :class:`NotReached`."""
    assert target.web is not None  # noqa: S101  (read_target sets it for HTTPS)
    option = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    body = b"".join(orjson.dumps(facts, option=option) for facts in entries)
    headers = {"content-type": "application/x-ndjson", "user-agent": "NotionHub"}
    if secret is not None:
        headers["authorization"] = secret.get_secret_value()
    try:
        async with (
            asyncio.timeout(WHOLE),
            fetch(target.web, ip, network, method="POST", headers=headers, body=body) as reply,
        ):
            status, rest = reply.status, reply.headers.get("retry-after", "")
    except TimeoutError as error:
        raise NotReached(f"{target.host} did not answer within {WHOLE:g} seconds.") from error
    except ConnectionLost as error:
        raise NotReached(f"{target.host} cannot be reached ({error.__cause__ or 'the connection broke'}).") from error
    if not 200 <= status < 300:
        wait = min(float(rest), LONGEST_REST) if rest.isascii() and rest.isdigit() else None
        raise NotReached(f"{target.host} answered {status}, which is no acknowledgement.", retry_after=wait)
