"""Lists of the API: 50 requests a second against a server of ours, with few rows and with many.

Requests leave when they are due, whatever became of those before, and are timed from when they were due.
"""

import asyncio
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.benchmarks.figures import Figure
from tests.benchmarks.ports import free_port, wait_for
from tests.benchmarks.servers import ROOT
from tests.services.postgresql import PostgreSQL

RATE, SECONDS, SIZES = 50, 20, (1_000, 100_000)
BASE = "/api/v1/o/acme/jobs/"
CALLS = {
    "first page": "",
    "oldest first": "?order=created_at",
    "filtered": "?status=failed",
    "of one subject": "?subject=ws_0000000000000007",
    "few members": "?fields=id,status&page_size=200",
}

FAR_IN = base64.urlsafe_b64encode(json.dumps(["-created_at", 0, 300, 300]).encode()).decode()
"""Newest first, from the three hundredth oldest row on: row numbers begin at 1 in a new database."""


def measure(quick: bool) -> Iterator[Figure]:
    server = PostgreSQL()
    try:
        for size in (1_000, 5_000) if quick else SIZES:
            with _site(server.url(server.make_database()), size) as (address, headers):
                found = asyncio.run(_load(address, headers, 4 if quick else SECONDS))
            yield from _figures(size, found)
    finally:
        server.close()


@contextmanager
def _site(url: str, size: int) -> Iterator[tuple[str, dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder:
        environment = {**os.environ, "NOTIONHUB_VAR": folder, "DATABASE_URL": url}
        environment["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.lists_settings"
        seed = [sys.executable, "-m", "tests.benchmarks.lists_seed", str(size)]
        said = subprocess.run(seed, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--blocking-threads", "4", "--no-access-log", "notionhub.wsgi:application"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(port, 30)
            yield f"http://127.0.0.1:{port}{BASE}", json.loads(said.splitlines()[-1])
        finally:
            process.terminate()
            process.wait(20)


async def _load(address: str, headers: dict[str, str], seconds: int) -> dict[str, list[float]]:
    """Milliseconds of each kind of call."""
    async with httpx.AsyncClient(headers=headers, timeout=120, limits=httpx.Limits(max_connections=None)) as client:
        calls = CALLS | {"a page far in": f"?cursor={FAR_IN}"}
        for query in list(calls.values()) * 3:  # processes compile what they keep
            (await client.get(address + query)).raise_for_status()
        found: dict[str, list[float]] = {name: [] for name in calls}
        names, begin = list(calls), time.perf_counter() + 0.1
        asked = [
            _ask(
                client, address + calls[names[turn % len(names)]], begin + turn / RATE, found[names[turn % len(names)]]
            )
            for turn in range(RATE * seconds)
        ]
        await asyncio.gather(*asked)
    return found


async def _ask(client: httpx.AsyncClient, address: str, due: float, into: list[float]) -> None:
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    answer = await client.get(address)
    answer.raise_for_status()
    into.append((time.perf_counter() - due) * 1000)


def _figures(size: int, found: dict[str, list[float]]) -> Iterator[Figure]:
    together = sorted(each for several in found.values() for each in several)
    worst = together[int(len(together) * 0.99) - 1]
    note = f"median {statistics.median(together):.1f} ms of {len(together):,} requests at {RATE}/s"
    yield Figure(f"Lists of {size:,} rows, 99 % within", worst, "ms", "<=", 100 if size >= 100_000 else None, note)
    for name, several in found.items():
        yield Figure(f"… {name}, median", statistics.median(several), "ms", note=f"of {size:,} rows")
