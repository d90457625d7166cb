"""What the audit log costs an operation, how writers get along, how fast it is sealed, verified and searched."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.servers import ROOT
from tests.services.postgresql import PostgreSQL

WRITERS = 50


def measure(quick: bool) -> Iterator[Figure]:
    sizes = ["3000", "2", "10"] if quick else ["100000", "8", str(WRITERS)]
    yield from _figures("SQLite", _run(sizes, ""), int(sizes[2]))
    server = PostgreSQL()
    try:
        yield from _figures("PostgreSQL", _run(sizes, server.url(server.make_database())), int(sizes[2]))
    finally:
        server.close()


def _run(sizes: list[str], url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder:
        environment = {**os.environ, "NOTIONHUB_VAR": folder, "DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.benchmarks.audit_writers", *sizes]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _figures(name: str, found: dict[str, float], writers: int) -> Iterator[Figure]:
    alone = f"beside {found['plain_ms']:.2f} ms without"
    yield Figure(f"{name}: permission check and entry, added to an operation", found["added_ms"], "ms", "<=", 2, alone)
    for key, words in (
        ("one", "in one organization"),
        ("sealed", "in one organization, sealed meanwhile"),
        ("apart", "each in its own organization"),
        ("work", "in one organization, 20 ms of work in each, sealed meanwhile"),
    ):
        note = f"median {found[f'{key}_ms']:.1f} ms, 99 % within {found[f'{key}_p99']:.0f} ms"
        yield Figure(f"{name}: {writers} writers {words}", found[f"{key}_rate"], "operations/s", note=note)
    yield Figure(f"{name}: sealing", found["seal_rate"], "entries/s", note="with the words for the search")
    size = f"of {found['entries']:,.0f} entries"
    proved = f"{size}; {found['verify_cpu']:,.0f} in a second of the process's CPU"
    yield Figure(f"{name}: verifying", found["verify_rate"], "entries/s", ">=", 20_000, proved)
    yield Figure(f"{name}: the first page of the log", found["page_ms"], "ms", note=size)
    yield Figure(f"{name}: search, one entry matches", found["search_rare_ms"], "ms", note=size)
    yield Figure(f"{name}: search, nearly all match", found["search_common_ms"], "ms", note=size)
