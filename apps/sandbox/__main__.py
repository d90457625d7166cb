"""``python -m apps.sandbox``: the sandbox on a port."""

import argparse
import json
import os
import time
from collections.abc import Sequence

from apps.sandbox.faults import Fault
from apps.sandbox.grants import CLIENT_ID, CLIENT_SECRET, OAuthClient
from apps.sandbox.sandbox import Sandbox
from apps.sandbox.serving import run


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m apps.sandbox", description="A Notion-compatible server.")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--pages", type=int, default=300, help="pages and rows in each workspace")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workspaces", type=int, default=2)
    parser.add_argument("--token", help="of the first workspace; made from the seed when left out")
    parser.add_argument("--rate-limit", type=int, help="requests per window and connection; no limit when left out")
    parser.add_argument("--rate-window", type=float, default=60.0, metavar="SEC")
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS", help="every API answer waits this long")
    parser.add_argument("--search-lag", type=float, default=0.0, metavar="SEC")
    parser.add_argument("--faults", default="[]", metavar="JSON", help='a list such as [{"kind": "429"}]')
    parser.add_argument("--base-url", help="where file URLs point; taken from each request when left out")
    parser.add_argument("--client-id", default=os.environ.get("SANDBOX_CLIENT_ID", CLIENT_ID))
    parser.add_argument("--client-secret", default=os.environ.get("SANDBOX_CLIENT_SECRET", CLIENT_SECRET))
    return parser.parse_args(given)


def build(options: argparse.Namespace) -> Sandbox:
    """Raises ValueError for faults it cannot read."""
    sandbox = Sandbox.generate(
        pages=options.pages,
        seed=options.seed,
        token=options.token,
        rate_limit=options.rate_limit,
        rate_window=options.rate_window,
        base_url=options.base_url,
        workspaces=options.workspaces,
        latency=options.latency / 1000,
        search_lag=options.search_lag,
        oauth=OAuthClient(options.client_id, options.client_secret),
    )
    for raw in json.loads(options.faults):
        sandbox.faults.add(Fault.read(raw))
    return sandbox


def banner(sandbox: Sandbox, url: str, seconds: float) -> str:
    oauth = sandbox.service.oauth
    lines = [f"Notion sandbox at {url}  (started in {seconds:.1f} s)", ""]
    for token, connection in sandbox.tokens.items():
        world = connection.world
        lines.append(f"  {world.name}: {len(world.pages)} pages and rows")
        lines.append(f"    token {token}")
    lines += ["", f"  OAuth client {oauth.client_id}  secret {oauth.client_secret}"]
    limit = sandbox.service.rate.limit
    lines.append(f"  rate limit {limit or 'none'}{f' per {sandbox.service.rate.window:g} s' if limit else ''}")
    lines.append(f"  state and faults {url}/_sandbox/")
    return "\n".join(lines)


def main() -> None:
    began = time.perf_counter()
    options = arguments()
    sandbox = build(options)
    print(banner(sandbox, f"http://{options.host}:{options.port}", time.perf_counter() - began), flush=True)
    run(sandbox.app, options.host, options.port)


if __name__ == "__main__":
    main()
