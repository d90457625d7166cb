"""The same seed gives the same world: in any process, in any order of reading."""

import asyncio
import hashlib
import re
import subprocess
import sys
from pathlib import Path

from apps.sandbox import Sandbox
from apps.sandbox.ids import IdMaker, normalise
from apps.sandbox.world.world import World
from tests.sandbox.asking import Ask, FakeClock

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import sys; from tests.sandbox.test_determinism import digest; sys.stdout.write(digest(int(sys.argv[1]), 45))"
)
PASSING = re.compile(rb'"request_id":"[^"]+"|\?X-Amz-[^"]+|"next_cursor":"s:[^"]+"')


def digest(seed: int, pages: int) -> str:
    """Of everything the API says about a world, without what passes (request ids, signatures, sessions)."""
    return asyncio.run(_digest(seed, pages))


async def _digest(seed: int, pages: int) -> str:
    clock = FakeClock()
    sandbox = Sandbox.generate(pages=pages, seed=seed, clock=clock)
    ask, world, sum_ = Ask(sandbox), sandbox.world, hashlib.sha256()
    paths = [f"/v1/pages/{page.id}" for page in world.by_no]
    paths += [f"/v1/blocks/{page.id}/children" for page in reversed(world.by_no)]
    paths += [f"/v1/comments?block_id={page.id}" for page in world.by_no]
    paths += [f"/v1/data_sources/{source}" for source in world.data_sources] + ["/v1/users"]
    for path in paths:
        sum_.update(PASSING.sub(b"", (await ask.raw("GET", path)).content))
    return sum_.hexdigest() + sandbox.token


def test_another_process_makes_the_same_world() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, "5"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert run.stdout == digest(5, 45)
    assert run.stdout != digest(6, 45)


async def test_content_comes_back_the_same_after_it_was_forgotten() -> None:
    sandbox = Sandbox.generate(pages=80, seed=2, clock=FakeClock())
    ask, world = Ask(sandbox), sandbox.world

    async def read() -> list[bytes]:
        answers = [(await ask.raw("GET", f"/v1/blocks/{page.id}/children")).content for page in world.by_no]
        return [PASSING.sub(b"", answer) for answer in answers]

    first = f"blocks/{world.by_no[0].id}/children"
    before, listed = await read(), (await ask.get(first))["results"]
    sandbox.edit.create_page(world.by_no[0].id, "Something new", "which must not shift the rest")
    forget(world)
    after = await read()
    assert after[1 : len(before)] == before[1:]
    assert (await ask.get(first))["results"][:-1] == listed


def forget(world: World) -> None:
    """Drop all content that was not edited, as happens when memory is full."""
    world._kept.clear()
    world._kept_blocks = 0


def test_ids_carry_their_place_and_look_like_notions() -> None:
    ids = IdMaker(1, 0)
    seen = set()
    for kind, marker in (("page", ""), ("block", ""), ("comment", "001d"), ("data_source", "000b")):
        for page in (0, 1, 77, 49_999):
            for item in (0, 5, 4_000_000):
                made = ids.make(kind, page, item, 1_780_000_000)
                assert normalise(made) == made
                assert made.rsplit("-", 1)[1].startswith(marker)
                place = ids.place(kind, made)
                assert place is not None
                assert (place.page, place.item) == (page, item)
                assert all(ids.place(other, made) is None for other in ("page", "block", "comment") if other != kind)
                seen.add(made)
    assert len(seen) == 4 * 4 * 3
    assert IdMaker(2, 0).place("page", ids.make("page", 3, 0, 0)) is None


def test_a_large_world_starts_quickly_and_stays_small() -> None:
    program = (
        "import re, time; from pathlib import Path; from apps.sandbox import Sandbox; began = time.process_time();"
        "sandbox = Sandbox.generate(pages=20_000);"
        # not getrusage, whose peak is inherited from the process that started this one
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024;"
        "print(time.process_time() - began, peak,"
        "len(sandbox.world.by_no))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, megabytes, pages = map(float, run.stdout.split())
    assert pages > 20_000
    assert seconds < 8
    assert megabytes < 250
