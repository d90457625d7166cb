"""What a person waits for in the largest snapshot: the tree, a page, a table, a comparison.

The whole request, from middleware to HTML, in this process; the median of several, after one that warms up.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.bench_size import MEASURED, SIZES
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import open_house
from tests.benchmarks.servers import ROOT

if TYPE_CHECKING:
    from apps.snapshots.models import Snapshot

TIMES = 7
EDITED_EVERY = 100
"""One page in so many changes before the comparison."""


def edited(snapshot: "Snapshot") -> "Snapshot":
    """A later snapshot in which one page in a hundred has another last block."""
    from django.db import transaction

    from apps.notion.normalise import canonical
    from apps.snapshots.models import Kind, ObjectVersion, Snapshot
    from apps.snapshots.store.bodies import Line, own_json, pack, read_lines
    from apps.snapshots.store.chunks import chunk_loader
    from apps.snapshots.store.versions import Draft, alive_at, compare

    later = Snapshot.objects.get(pk=snapshot.pk)
    later.pk, later.public_id, later.number = None, f"{snapshot.public_id}x", snapshot.number + 1
    later.save(force_insert=True)
    pages = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=[Kind.PAGE, Kind.ROW], lines__gt=0)
    drafts = []
    for version in pages.order_by("pk").iterator():
        if version.pk % EDITED_EVERY:
            continue
        body = bytes(version.body)
        blocks = [json.loads(line) for line in read_lines(body, chunk_loader(snapshot.workspace_id))]
        blocks[-1]["in_trash"] = not blocks[-1]["in_trash"]
        packed = pack(canonical(own_json(body)), [Line(each["id"], canonical(each)) for each in blocks])
        kept = {name: getattr(version, name) for name in ("object", "kind", "title", "sort_key", "parent")}
        drafts.append(Draft(packed=packed, **kept))
    with transaction.atomic():
        compare(snapshot.workspace_id, later.number, drafts).write()
    assert ObjectVersion.objects.filter(workspace=snapshot.workspace_id, from_no=later.number).count() == len(drafts)
    return later


def opened(folder: Path) -> dict[str, float]:
    """Milliseconds by what is opened."""
    with open_house(folder) as house:
        from apps.snapshots.models import Kind, Snapshot
        from apps.snapshots.store.versions import alive_at

        snapshot = Snapshot.objects.filter(workspace__name=MEASURED).order_by("-number")[0]
        alive = alive_at(snapshot.workspace_id, snapshot.number)
        page = alive.filter(kind=Kind.PAGE).order_by("-lines")[0]
        rows = alive.filter(kind=Kind.ROW).values_list("parent", flat=True)
        table = alive.get(object=str(rows[len(rows) // 2]))
        later = edited(snapshot)
        base = f"/o/{house.slug}/snapshots/"
        changed = alive_at(snapshot.workspace_id, later.number).filter(from_no=later.number)[0]
        addresses = {
            "the tree": f"{base}{snapshot.public_id}/",
            f"a page of {page.lines:,} blocks": f"{base}{snapshot.public_id}/?object={page.object}",
            "a table": f"{base}{snapshot.public_id}/?object={table.object}",
            "a comparison": f"{base}{later.public_id}/compare/{snapshot.public_id}/",
            "a changed page in it": f"{base}{later.public_id}/compare/{snapshot.public_id}/?object={changed.object}",
        }
    return timed(addresses)


def timed(addresses: dict[str, str]) -> dict[str, float]:
    from apps.accounts.models import User
    from tests.factories.browsers import browser_of

    client = browser_of(User.objects.get())
    taken: dict[str, float] = {}
    for name, address in addresses.items():
        times = []
        for _ in range(TIMES + 1):
            began = time.perf_counter()
            answer = client.get(address)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        taken[name] = statistics.median(times[1:])
    return taken


def measure(quick: bool, kept: Path) -> Iterator[Figure]:
    """Reads what ``bench_size`` has left in ``kept``."""
    size = SIZES[1] if quick else SIZES[-1]
    if not (kept / str(size)).exists():
        raise SystemExit("“reading” opens the snapshot that “size” captures: name both.")
    command = [sys.executable, "-m", "tests.benchmarks.bench_reading", str(kept / str(size))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    taken: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for name, milliseconds in taken.items():
        yield Figure(f"{name}, snapshot of {size:,} pages", milliseconds, "ms", "<=", 100)


if __name__ == "__main__":
    print(json.dumps(opened(Path(sys.argv[1]))))  # noqa: T201
