"""The client against the Notion-compatible sandbox: faults, rate windows, stale cursors, files, OAuth."""

import asyncio
import random
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidGrant, ObjectNotFound, Unauthorized
from apps.notion.files import AddressPolicy, FileUrlExpired, download
from apps.notion.network import open_client
from apps.notion.oauth import OAuthClient
from apps.notion.transports.budget import RateBudget
from apps.sandbox import Sandbox
from apps.sandbox.faults import Fault
from tests.notion.wire.virtual_time import now, virtually

BASE = "http://sandbox.test"
START = 1_780_000_000.0


def generate(pages: int = 30, **options: Any) -> Sandbox:
    """A workspace that lives in the running loop's virtual time."""
    return Sandbox.generate(
        pages=pages, seed=4, base_url=BASE, clock=lambda: START + now(), sleep=asyncio.sleep, **options
    )


def client_of(sandbox: Sandbox, budget: RateBudget | None = None, **options: Any) -> NotionClient:
    network = httpx.ASGITransport(sandbox.app)
    budget = budget or RateBudget(10**6, burst=10**6, clock=now)
    return open_client(sandbox.token, base_url=BASE, network=network, budget=budget, clock=now, **options)


async def every_block(client: NotionClient, block_id: str) -> list[str]:
    """The ids of all blocks below, depth first."""
    found = []
    async for block in client.each(partial(client.list_block_children, block_id)):
        found.append(block["id"])
        if block["has_children"] and block["type"] != "unsupported":
            found += await every_block(client, block["id"])
    return found


def page_with_blocks(sandbox: Sandbox) -> tuple[str, set[str]]:
    blocks: dict[str, set[str]] = sandbox.expected()["blocks"]
    unreadable = sandbox.expected()["unreadable"]
    readable = {page: ids for page, ids in blocks.items() if not ids & unreadable}
    page = max(readable, key=lambda page: len(readable[page]))
    return page, readable[page]


PASSING = [
    Fault("429", retry_after=7),
    Fault("529", retry_after=7),
    Fault("500"),
    Fault("502"),
    Fault("503"),
    Fault("504"),
    Fault("409"),
    Fault("reset"),
    Fault("html"),
    Fault("truncated"),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.kind)
def test_a_fault_that_passes_costs_time_but_no_block(fault: Fault) -> None:
    async def main() -> None:
        sandbox = generate()
        page, expected = page_with_blocks(sandbox)
        again = Fault(fault.kind, path="/v1/blocks/", after=1, times=2, retry_after=fault.retry_after)
        sandbox.faults.add(again)
        events: list[str] = []
        async with client_of(sandbox, on_event=lambda kind, _: events.append(kind)) as client:
            assert set(await every_block(client, page)) == expected
        assert again.struck == 2
        assert events == ["call.repeated", "call.repeated", "call.recovered"]
        assert now() >= 14 or fault.retry_after is None

    virtually(main)


def test_what_is_not_shared_and_what_is_revoked_is_asked_for_once() -> None:
    async def main() -> None:
        sandbox = generate()
        page, _ = page_with_blocks(sandbox)
        sandbox.token = sandbox.issue_token(shared=set())
        async with client_of(sandbox) as client:
            with pytest.raises(ObjectNotFound):
                await client.list_block_children(page)
            sandbox.faults.add(Fault("revoke"))
            await client.me()
            with pytest.raises(Unauthorized):
                await client.me()
            assert client.budget.used() == 3

    virtually(main)


def test_every_method_speaks_the_language_of_the_sandbox() -> None:
    async def main() -> None:
        sandbox = generate()
        truth = sandbox.expected()
        database = min(truth["databases"])
        async with client_of(sandbox) as client:
            row = await client.retrieve_page(min(truth["rows"]))
            source = row["parent"]["data_source_id"]
            found = {thing["id"] async for thing in client.each(partial(client.search, object_kind="data_source"))}
            assert found >= truth["data_sources"]
            assert (await client.me())["bot"]["workspace_name"] == sandbox.workspace_name
            assert {user["id"] async for user in client.each(client.list_users)} == truth["users"]
            assert (await client.retrieve_database(database))["id"] == database
            schema = (await client.retrieve_data_source(source))["properties"]
            assert (await client.list_data_source_templates(source))["has_more"] is False
            views = [view["id"] async for view in client.each(partial(client.list_views, database_id=database))]
            assert (await client.retrieve_view(views[0]))["object"] == "view"
            assert row["id"] in await rows_of(client, source)
            for prop in schema.values():
                item = await client.retrieve_property_item(row["id"], prop["id"])
                assert item["object"] in ("property_item", "list")
            commented = min(truth["comments"])
            comments = {comment["id"] async for comment in client.each(partial(client.list_comments, commented))}
            assert comments == truth["comments"][commented]
            emojis = {emoji["id"] async for emoji in client.each(client.list_custom_emojis)}
            assert emojis == truth["custom_emojis"]

    virtually(main)


def test_a_query_whose_cursor_goes_stale_still_gives_every_row_once() -> None:
    async def main() -> None:
        sandbox = generate(pages=600)
        async with client_of(sandbox) as client:
            sources = sorted(sandbox.expected(content=False)["data_sources"])
            sizes = {source: await rows_of(client, source) for source in sources}
            largest = max(sources, key=lambda source: len(sizes[source]))
            assert len(sizes[largest]) > 100
            sandbox.faults.add(Fault("expired_cursor", path=f"{largest}/query", after=1))
            batches = [b async for b in client.paginate(partial(client.query_data_source, largest))]
        rows = [row["id"] for batch in batches for row in batch.results]
        assert batches[-1].restarted
        assert sorted(rows) == sorted(sizes[largest])

    virtually(main)


async def rows_of(client: NotionClient, source: str) -> list[str]:
    return [row["id"] async for row in client.each(partial(client.query_data_source, source))]


def test_the_rate_windows_of_the_sandbox_are_kept_without_a_refusal() -> None:
    async def main() -> None:
        sandbox = generate(rate_limit=40, rate_window=10.0, latency=0.2)
        await asyncio.sleep(random.Random(2).uniform(0, 10))
        async with client_of(sandbox, RateBudget(40, 10.0, clock=now)) as client:
            began = now()
            async with asyncio.TaskGroup() as group:
                for _ in range(5):
                    group.create_task(ask_often(client, 80))
            assert client.budget.slowed == 0
        assert 400 / (now() - began) >= 0.9 * 40 / 10

    virtually(main)


def test_too_large_a_budget_is_corrected_by_the_sandbox_and_every_call_succeeds() -> None:
    async def main() -> None:
        sandbox = generate(rate_limit=40, rate_window=10.0, latency=0.05)
        async with client_of(sandbox, RateBudget(400, 10.0, clock=now)) as client:
            async with asyncio.TaskGroup() as group:
                for _ in range(5):
                    group.create_task(ask_often(client, 160))
            assert client.budget.slowed > 0
            assert client.budget.ceiling() <= 100
        assert sandbox.calls["GET /v1/users/me"] >= 800

    virtually(main)


async def ask_often(client: NotionClient, times: int) -> None:
    for _ in range(times):
        await client.me()


async def signed_url(client: NotionClient, sandbox: Sandbox) -> str:
    """The URL of some file block."""
    for page in sandbox.expected()["blocks"]:
        for block in (await client.list_block_children(page))["results"]:
            content = block[block["type"]]
            if block["type"] in ("image", "file", "pdf", "video", "audio") and content["type"] == "file":
                return str(content["file"]["url"])
    raise AssertionError("The sandbox has no file.")


def test_files_of_the_sandbox_are_fetched_and_their_urls_expire() -> None:
    async def main() -> None:
        sandbox = generate(pages=60)
        fetch = partial(
            download,
            max_bytes=50_000_000,
            allow=AddressPolicy.loopback([BASE]),
            network=httpx.ASGITransport(sandbox.app),
        )
        async with client_of(sandbox) as client:
            url = await signed_url(client, sandbox)
        sink = BytesIO()
        stored = await fetch(url, sink)
        assert stored.size == len(sink.getvalue()) > 0
        assert stored.name == urlsplit(url).path.rpartition("/")[2].replace("%20", " ")
        await asyncio.sleep(3700)
        with pytest.raises(FileUrlExpired):
            await fetch(url, BytesIO())

    virtually(main)


async def consent(sandbox: Sandbox, url: str, decision: str = "allow") -> dict[str, list[str]]:
    """What a person does on the consent page; the query that their browser brings back."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    form = asked | {"workspace": sandbox.workspace_id, "decision": decision}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app)) as browser:
        assert (await browser.get(url)).status_code == 200
        back = await browser.post(url, data=form)
    return parse_qs(urlsplit(back.headers["location"]).query)


def test_a_workspace_is_connected_used_and_disconnected_through_oauth() -> None:
    callback = "https://hub.example.com/callback"

    async def main() -> None:
        sandbox = generate(pages=10)
        registered = sandbox.service.oauth
        network = httpx.ASGITransport(sandbox.app)
        oauth = OAuthClient(registered.client_id, registered.client_secret, base_url=BASE, network=network)
        back = await consent(sandbox, oauth.authorize_url(callback, "state-1"))
        assert back["state"] == ["state-1"]
        granted = await oauth.exchange_code(back["code"][0], callback)
        assert granted["workspace_id"] == sandbox.workspace_id
        with pytest.raises(InvalidGrant):
            await oauth.exchange_code(back["code"][0], callback)
        renewed = await oauth.refresh(granted["refresh_token"])
        assert (await oauth.introspect(granted["access_token"]))["active"] is False
        async with open_client(renewed["access_token"], base_url=BASE, network=network) as client:
            assert (await client.me())["bot"]["workspace_id"] == sandbox.workspace_id
            await oauth.revoke(renewed["access_token"])
            with pytest.raises(Unauthorized):
                await client.me()

    virtually(main)
