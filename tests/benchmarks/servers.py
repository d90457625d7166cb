"""Servers in processes of their own, for as long as a benchmark needs them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sandbox(pages: int, *options: str) -> Iterator[tuple[str, str]]:
    """Address and token of a sandbox."""
    port = free_port()
    command = [sys.executable, "-m", "apps.sandbox", "--port", str(port), "--pages", str(pages), "--workspaces", "1"]
    with _running([*command, *options]) as lines:
        token = next(line.split()[1] for line in lines if line.strip().startswith("token"))
        wait_for(port)
        yield f"http://127.0.0.1:{port}", token


@contextmanager
def replay(pages: int, blocks: int, words: int) -> Iterator[tuple[str, str]]:
    """Address and token of a uniform workspace: see :mod:`tests.benchmarks.replay`."""
    shape = [str(pages), str(blocks), str(words)]
    with _running([sys.executable, "-m", "tests.benchmarks.replay", *shape]) as lines:
        port, token = next(lines).split()
        yield f"http://127.0.0.1:{port}", token


@contextmanager
def _running(command: list[str]) -> Iterator[Iterator[str]]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield iter(process.stdout)
    finally:
        process.terminate()
        process.wait()
