"""What a store does with a presigned address, written from the specification alone.

Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3 API Reference. The
server of the suite takes any signature, so the suite checks them itself.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlsplit


def refusal(url: str, secret: str, now: datetime, method: str = "GET") -> str:
    """Why a store would refuse it at that moment; empty when it would not."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    given = query.pop("X-Amz-Signature")
    moment = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if now >= moment + timedelta(seconds=int(query["X-Amz-Expires"])):
        return "expired"
    if query["X-Amz-SignedHeaders"] != "host":
        return "headers"
    named = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in sorted(query.items()))
    canonical = "\n".join([method, parts.path, named, f"host:{parts.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
    _, date, region, service, last = query["X-Amz-Credential"].split("/")
    scope = "/".join([date, region, service, last])
    to_sign = "\n".join([query["X-Amz-Algorithm"], query["X-Amz-Date"], scope, sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for step in (date, region, service, last):
        key = hmac.digest(key, step.encode(), "sha256")
    return "" if hmac.new(key, to_sign.encode(), "sha256").hexdigest() == given else "signature"
