"""Where the time of a captured page goes, the network apart: microseconds of one page, the best of several runs."""

import asyncio
import tempfile
import timeit
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.benchmarks.bench_walk import SHAPES, Shape
from tests.benchmarks.figures import Figure
from tests.benchmarks.house import open_house
from tests.benchmarks.replay import uniform_world

BATCH = 100
"""Pages that are stored in one transaction."""


def answers(shape: Shape) -> tuple[bytes, dict[str, Any]]:
    """A listing of blocks as it comes over the wire, and the page that it belongs to."""
    sandbox = uniform_world(2, shape.blocks, shape.words)
    headers = {"authorization": f"Bearer {sandbox.token}", "notion-version": "2026-03-11"}

    async def ask() -> tuple[bytes, dict[str, Any]]:
        inside = httpx.ASGITransport(app=sandbox.app)
        async with httpx.AsyncClient(transport=inside, base_url="http://127.0.0.1", headers=headers) as client:
            found = await client.post("/v1/search", json={"filter": {"property": "object", "value": "page"}})
            page = next(each for each in found.json()["results"] if each["parent"]["type"] == "page_id")
            return (await client.get(f"/v1/blocks/{page['id']}/children")).content, page

    return asyncio.run(ask())


def best(work: Callable[[], object], times: int = 200) -> float:
    """Microseconds."""
    return min(timeit.repeat(work, number=times, repeat=5)) / times * 1e6


def profile(shape: Shape, workspace_id: int) -> Iterator[Figure]:
    from uuid import uuid4

    from django.db import transaction

    from apps.notion.normalise import canonical, digest, normalise
    from apps.snapshots.models import Kind
    from apps.snapshots.store.bodies import Line, compress, pack
    from apps.snapshots.store.versions import Draft, compare

    body, page = answers(shape)
    blocks = orjson.loads(body)["results"]
    lines = [Line(block["id"], canonical(normalise(block))) for block in blocks]
    own = canonical(normalise(page))
    plain = b"\n".join([own, *(line.json for line in lines)])
    packed = pack(own, lines)

    def store() -> None:
        drafts = [Draft(uuid4(), Kind.PAGE, "Title", "key", packed) for _ in range(BATCH)]
        with transaction.atomic():
            compare(workspace_id, 1, drafts).write()

    steps = {
        "parse": best(lambda: orjson.loads(body)),
        "normalise, write canonically": best(lambda: [canonical(normalise(block)) for block in blocks]),
        "digest": best(lambda: digest(plain)),
        "compress": best(lambda: compress(plain)),
        "compare and store": best(store, 10) / BATCH,
    }
    notes = {
        "compress": f"{len(plain):,} to {len(packed.body):,} bytes",
        "compare and store": f"{BATCH} pages a transaction, SQLite",
    }
    for step, microseconds in steps.items():
        name = f"{shape.name} listing of {len(blocks)} blocks: {step}"
        yield Figure(name, microseconds, "µs a page", note=notes.get(step, ""))


def measure(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder, open_house(Path(folder)) as house:
        workspace = house.connect("http://127.0.0.1:1", "ntn_nobody_listens_there")
        for shape in SHAPES[:1] if quick else SHAPES:
            yield from profile(shape, workspace.pk)
