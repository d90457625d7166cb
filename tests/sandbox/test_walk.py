from apps.sandbox import Sandbox
from tests.sandbox.walking import Walk, sdk


async def test_a_walk_finds_exactly_what_the_sandbox_expects(whole: Sandbox) -> None:
    async with sdk(whole) as client:
        found = (await Walk(client).run()).found
    expected = whole.expected()
    for kind, ids in found.items():
        assert ids == expected[kind], kind  # type: ignore[literal-required]
    assert len(expected["pages"]) + len(expected["rows"]) == 300


async def test_a_small_world_is_complete_too() -> None:
    sandbox = Sandbox.generate(pages=7, seed=9)
    async with sdk(sandbox) as client:
        found = (await Walk(client).run()).found
    expected = sandbox.expected()
    assert found["pages"] | found["rows"] == expected["pages"] | expected["rows"]
    assert len(expected["pages"]) + len(expected["rows"]) == 7
    assert found["blocks"] == expected["blocks"]


async def test_the_second_workspace_is_another_one() -> None:
    sandbox = Sandbox.generate(pages=20, workspaces=2)
    first, second = sandbox.tokens
    assert sandbox.worlds[0].name != sandbox.worlds[1].name
    assert not sandbox.expected(first)["pages"] & sandbox.expected(second)["pages"]
    async with sdk(sandbox, second) as client:
        found = (await Walk(client).run()).found
    assert found["pages"] == sandbox.expected(second)["pages"]
