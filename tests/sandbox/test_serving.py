"""On a real socket: the command line, a connection that is cut, an orderly end."""

import asyncio
import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from apps.sandbox import Fault, Sandbox
from apps.sandbox.serving import server
from tests.sandbox.asking import VERSION

ROOT = Path(__file__).resolve().parents[2]


@contextlib.asynccontextmanager
async def _served(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    running = server(sandbox.app, "127.0.0.1", 0)
    task = asyncio.create_task(running.serve(sockets=[listener]))
    headers = {"authorization": f"Bearer {sandbox.token}", "notion-version": VERSION}
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
            yield client
    finally:
        running.should_exit = True
        await task


async def test_a_reset_cuts_the_connection() -> None:
    sandbox = Sandbox.generate(pages=6, base_url=None)
    async with _served(sandbox) as client:
        assert (await client.get("/v1/users/me")).status_code == 200
        sandbox.faults.add(Fault("reset"))
        with pytest.raises(httpx.TransportError):
            await client.get("/v1/users/me")
        assert (await client.get("/v1/users/me")).status_code == 200


async def test_file_urls_point_at_where_the_client_asked() -> None:
    sandbox = Sandbox.generate(pages=30, base_url=None)
    page = next(page for page in sandbox.world.by_no if page.cover and page.cover["type"] == "file")
    async with _served(sandbox) as client:
        cover = (await client.get(f"/v1/pages/{page.id}")).json()["cover"]
        assert cover["file"]["url"].startswith(str(client.base_url))
        assert (await client.get(cover["file"]["url"], headers={"authorization": ""})).status_code == 200


async def test_a_person_sees_what_this_is() -> None:
    async with _served(Sandbox.generate(pages=6, workspaces=2)) as client:
        page = await client.get("/")
        assert "Notion sandbox" in page.text
        assert "Kestrel &amp; Rowe Freight" in page.text


async def test_settings_can_be_turned_while_it_runs() -> None:
    sandbox = Sandbox.generate(pages=6)
    async with _served(sandbox) as client:
        turned = await client.patch("/_sandbox/settings", json={"rate_limit": 1, "latency": 0.2})
        assert turned.json() == {"rate_limit": 1, "latency": 0.2}
        began = time.monotonic()
        statuses = [(await client.get("/v1/users/me")).status_code for _ in range(2)]
        assert statuses == [200, 429]
        assert time.monotonic() - began >= 0.4
        assert (await client.post("/_sandbox/revoke", json={"token": sandbox.token})).json() == {"revoked": True}
        assert (await client.get("/v1/users/me")).status_code == 401


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_command_line() -> None:
    port = _free_port()
    options = ["--port", str(port), "--pages", "12", "--seed", "4", "--workspaces", "2", "--rate-limit", "2"]
    faults = ["--faults", '[{"kind": "503", "path": "/users$"}]']
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.sandbox", *options, *faults],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        token = Sandbox.generate(pages=1, seed=4).token
        headers = {"authorization": f"Bearer {token}", "notion-version": VERSION}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
            _wait_for(client)
            assert client.get("/v1/users").status_code == 503
            assert client.get("/v1/users").status_code == 200
            assert client.get("/v1/users").status_code == 429
            state = client.get("/_sandbox/").json()
            assert [world["name"] for world in state["workspaces"]] == [
                "Tidewell Instruments",
                "Kestrel & Rowe Freight",
            ]
            assert state["calls"]["GET /v1/users"] == 3
        process.send_signal(signal.SIGTERM)
        printed, complaints = process.communicate(timeout=10)
    finally:
        process.kill()
    assert len(re.findall(r"token ntn_\w+", printed)) == 2
    assert token in printed
    assert f"http://127.0.0.1:{port}" in printed
    assert complaints == ""


def _wait_for(client: httpx.Client) -> None:
    for _ in range(100):
        with contextlib.suppress(httpx.TransportError):
            client.get("/")
            return
        time.sleep(0.1)
    raise AssertionError("the sandbox did not start")
