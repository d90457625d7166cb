"""What a connection sees and may do."""

from apps.sandbox import CAPABILITIES, Sandbox
from tests.sandbox.asking import Ask, page_titled, source_named


async def test_a_token_that_was_shared_nothing_sees_nothing(sandbox: Sandbox) -> None:
    ask = Ask(sandbox, sandbox.issue_token(shared=set(), name="Stranger"))
    assert (await ask.post("search"))["results"] == []
    page = sandbox.world.by_no[0].id
    for path in (f"pages/{page}", f"blocks/{page}", f"blocks/{page}/children"):
        status, code, message = await ask.refusal("GET", path)
        assert (status, code) == (404, "object_not_found")
        assert message.endswith('shared with your integration "Stranger".')
    assert (await ask.get("users/me"))["name"] == "Stranger"


async def test_sharing_a_page_shares_what_is_below(sandbox: Sandbox) -> None:
    home = page_titled(sandbox, "Home")
    token = sandbox.issue_token(shared={home})
    seen = sandbox.expected(token)
    assert home in seen["pages"]
    assert seen["pages"] < sandbox.expected()["pages"]
    ask = Ask(sandbox, token)
    found = {thing["id"] async for thing in _search(ask)}
    assert found == seen["pages"] | seen["rows"] | seen["data_sources"]


async def _search(ask: Ask):  # type: ignore[no-untyped-def]
    cursor: dict[str, str] = {}
    while True:
        page = await ask.post("search", cursor)
        for result in page["results"]:
            if not result["in_trash"]:
                yield result
        if not page["has_more"]:
            return
        cursor = {"start_cursor": page["next_cursor"]}


async def test_private_things_stay_private(ask_whole: Ask, whole: Sandbox) -> None:
    private = whole.world.landmarks["private_page"]
    assert (await ask_whole.refusal("GET", f"pages/{private}"))[0] == 404
    mentions = [
        run
        for block in (await ask_whole.get(f"blocks/{page_titled(whole, 'Formatting guide')}/children"))["results"]
        for run in block[block["type"]].get("rich_text", [])
        if run["type"] == "mention" and run["mention"].get("page", {}).get("id") == private
    ]
    assert [run["plain_text"] for run in mentions] == ["Untitled"]
    secret = source_named(whole, "Compensation")
    assert (await ask_whole.refusal("GET", f"data_sources/{secret}"))[0] == 404
    projects = await ask_whole.get(f"data_sources/{source_named(whole, 'Projects')}")
    assert "Compensation case" not in projects["properties"]
    rows = (await ask_whole.post(f"data_sources/{projects['id']}/query"))["results"]
    assert all("Compensation case" not in row["properties"] for row in rows)


async def test_linked_databases_cannot_be_read(ask_whole: Ask, whole: Sandbox) -> None:
    linked = {db.linked: db.id for db in whole.world.databases.values() if db.linked}
    status, code, message = await ask_whole.refusal("GET", f"databases/{linked['no_sources']}")
    assert (status, code) == (400, "validation_error")
    assert message == (
        f"Database with ID {linked['no_sources']} does not contain any data sources accessible by this API bot."
    )
    assert (await ask_whole.refusal("GET", f"databases/{linked['missing']}"))[:2] == (404, "object_not_found")
    as_block = await ask_whole.get(f"blocks/{linked['no_sources']}")
    assert as_block["type"] == "child_database"


async def test_capabilities(sandbox: Sandbox) -> None:
    def limited(*missing: str) -> Ask:
        return Ask(sandbox, sandbox.issue_token(capabilities=CAPABILITIES - set(missing)))

    page = page_titled(sandbox, "Home")
    blind = limited("read_content")
    assert (await blind.refusal("GET", f"pages/{page}"))[:2] == (403, "restricted_resource")
    written = await blind.post("pages", {"parent": {"page_id": page}, "properties": {}})
    assert set(written) == {"object", "id", "request_id"}
    reader = limited("insert_content", "update_content")
    assert (await reader.refusal("POST", "pages", {"parent": {"page_id": page}}))[0] == 403
    assert (await reader.refusal("PATCH", f"pages/{page}", {}))[0] == 403
    assert (await limited("read_comments").refusal("GET", "comments", query={"block_id": page}))[0] == 403
    alone = limited("read_users")
    assert (await alone.refusal("GET", "users"))[0] == 403
    person = next(user for user in sandbox.world.users.values() if user.kind == "person")
    assert (await alone.refusal("GET", f"users/{person.id}"))[0] == 404
    assert "person" in await Ask(sandbox).get(f"users/{person.id}")
    nameless = await limited("read_emails").get(f"users/{person.id}")
    assert nameless["person"] == {}


async def test_without_user_information_people_are_shown_in_part(sandbox: Sandbox) -> None:
    token = sandbox.issue_token(capabilities=CAPABILITIES - {"read_users"})
    rows = (await Ask(sandbox, token).post(f"data_sources/{source_named(sandbox, 'Projects')}/query"))["results"]
    leads = [person for row in rows for person in row["properties"]["Lead"]["people"]]
    assert leads
    assert all(set(lead) == {"object", "id"} for lead in leads)


async def test_the_bot_and_the_others(ask: Ask) -> None:
    me = await ask.get("users/me")
    users = [user async for user in ask.every("users", {"page_size": 5})]
    own = [user for user in users if user["type"] == "bot" and user["bot"]]
    assert [user["id"] for user in own] == [me["id"]]
    assert any(user["type"] == "bot" and user["bot"] == {} for user in users)
    assert len({user["id"] for user in users}) == len(users)
