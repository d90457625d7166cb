"""The snapshots that several tests export: an ordinary one with something of everything, and a hostile one."""

from collections.abc import Sequence
from typing import Any

from apps.snapshots.models import Snapshot, SnapshotState
from tests.exports.worlds import World, child_page, image, mention, paragraph, text, title
from tests.notion.content.test_html_safety import ATTACKS, attacked, every_sample
from tests.notion.samples.properties import VALUES

STORE = "https://prod-files-secure.s3.us-west-2.amazonaws.com/space"
SCHEMA: dict[str, Any] = {
    "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
    "Done": {"id": "a", "name": "Done", "type": "checkbox", "checkbox": {}},
    "Estimate": {"id": "b", "name": "Estimate", "type": "number", "number": {"format": "number"}},
    "Blocked by": {
        "id": "c",
        "name": "Blocked by",
        "type": "relation",
        "relation": {"data_source_id": "x", "type": "single_property", "single_property": {}},
    },
    "Proof": {"id": "d", "name": "Proof", "type": "files", "files": {}},
}
OUTSIDE = "deadbeef-0000-4000-8000-000000000001"


def ordinary(world: World) -> Snapshot:
    """Pages in pages, a database with rows, links in all directions, comments, files, people."""
    home = world.id("home")
    plan = world.page(
        "Plan (draft) [v1]",
        home,
        [
            paragraph(
                "Back to ", mention(home, "Home"), " or ", text("by its address", link=f"/{home.replace('-', '')}")
            ),
            paragraph(text("outside", link=f"https://www.notion.so/{OUTSIDE.replace('-', '')}"), id=world.id("quoted")),
            image(f"{STORE}/1/photo.png"),
            image(f"{STORE}/2/copy%20of%20photo.png"),
            image("https://example.org/elsewhere.png", hosted=False),
            {"type": "hologram", "hologram": {"depth": 3}},
        ],
        icon={"type": "emoji", "emoji": "🧭"},
        cover={"type": "file", "file": {"url": f"{STORE}/3/cover.jpg"}},
    )
    world.page("Home", "", [child_page(plan, "Plan (draft) [v1]"), child_page(OUTSIDE, "Not shared")], id=home)
    tasks = world.database("Tasks", home, description=[text("What is to be done.")])
    source = world.data_source("Tasks", tasks, SCHEMA)
    first = world.row(
        "Write | it", source, {"Done": checkbox(True), "Estimate": number(2.5)}, [paragraph("A row's own text.")]
    )
    proof = {"name": "proof.pdf", "type": "file", "file": {"url": f"{STORE}/4/proof.pdf"}}
    world.row(
        "Ship it",
        source,
        {
            "Done": checkbox(False),
            "Estimate": number(None),
            "Blocked by": {
                "id": "c",
                "type": "relation",
                "relation": [{"id": first}, {"id": OUTSIDE}],
                "has_more": False,
            },
            "Proof": {"id": "d", "type": "files", "files": [proof]},
        },
    )
    world.view("Board", tasks, "board")
    world.user("Ada Lovelace")
    world.discussion(plan, "Looks good", "Thanks")
    world.discussion(plan, "Is this public?", block=world.id("quoted"))
    world.file(f"{STORE}/1/photo.png", b"\x89PNG" * 4000, page=plan)
    world.file(f"{STORE}/2/copy%20of%20photo.png", b"\x89PNG" * 4000, name="copy of photo.png", page=plan)
    world.file(f"{STORE}/3/cover.jpg", b"\xff\xd8\xff" * 70_000, page=plan)
    world.file(f"{STORE}/4/proof.pdf", b"%PDF-1.7 proof", page=plan)
    world.file(f"{STORE}/5/shown-by-nobody.txt", b"nobody", page=plan)
    return world.close()


HOSTILE_TITLES = (
    "../../../etc/passwd",
    "..\\..\\windows",
    "/absolute",
    "nul",
    "CON.txt",
    "a/b",
    "a\u0000b",
    "same",
    "Same",
    "SAME",
    "",
    " ",
    "x" * 3000,
    "👩‍👩‍👧‍👦" * 100,
    "\u202egnp.exe",
    "שלום: עולם",
    "README",
    "manifest.json",
    "attachments",
    "_deep",
    "# heading | [x](y) `code` <b>",
    "---\nid: forged\n---",
    "100% %2e%2e%2f ?query#fragment",
    "same.md",
    "same.json",
    "same.html",
    "Pages",
    "rows",
    "con",
    "Same 00000000",
    "हिन्दी पृष्ठ",
)


def hostile(world: World, titles: Sequence[str] = HOSTILE_TITLES, levels: int = 60) -> Snapshot:
    """Every hostile title as a page, as a child, as a row and as a file, all linked from one page; and a deep tree."""
    pages = [world.page(words) for words in titles]
    for above, words in zip(pages, reversed(titles), strict=True):
        world.page(words, above)
    source = world.data_source("Rows: */\\", world.database("Rows", pages[0]))
    rows = [world.row(words, source) for words in titles]
    images = []
    for at, words in enumerate(titles):
        address = f"{STORE}/hostile/{at}"
        world.file(address, f"content {at % 3}".encode(), name=words or "unnamed", page=pages[0])
        images.append(image(address, name=words))
    links = [paragraph(mention(page, f"to {words}")) for page, words in zip(pages, titles, strict=True)]
    world.page("Links", "", [*links, *(paragraph(mention(row, "row")) for row in rows), *images])
    deep = ""
    for level in range(levels):
        deep = world.page(f"Level {level} of a very deep tree", deep, [paragraph(mention(pages[0], "up"))])
    return world.close()


def incomplete(world: World) -> Snapshot:
    """One page is there, another could not be captured."""
    world.page("There")
    snapshot = world.close(
        SnapshotState.INCOMPLETE,
        {"pages": {"seen": 2, "done": 1, "skipped": 0, "capped": 0, "failed": 1}},
    )
    snapshot.unmet.create(
        kind="pages", object=OUTSIDE, title="Board minutes", outcome="failed", reason="not_shared", detail="404"
    )
    return snapshot


def checkbox(value: bool) -> dict[str, Any]:
    return {"id": "a", "type": "checkbox", "checkbox": value}


def number(value: float | None) -> dict[str, Any]:
    return {"id": "b", "type": "number", "number": value}


def under_attack(world: World, attacks: Sequence[str] = ATTACKS) -> None:
    """A page, database, row, view, comment and person for each attack, which stands wherever people can write."""
    for number, attack in enumerate(attacks):
        blocks = [
            attacked(block, attack) | {"id": world.id(f"{number} {at}")} for at, block in enumerate(every_sample())
        ]
        page = world.page(attack, "", blocks, url=attack, icon={"type": "emoji", "emoji": attack})
        world.discussion(page, attack)
        database = world.database(attack, page, description=[text(attack, link=attack)])
        schema: dict[str, Any] = {attack: {"id": "title", "name": attack, "type": "title", "title": {}}}
        values: dict[str, Any] = {attack: title(attack)}
        for kind, samples in VALUES.items():
            if kind != "title":
                name = f"{attack} {kind}"
                schema[name] = {"id": kind, "name": name, "type": kind, kind: {}}
                values[name] = {"id": kind, "type": kind, kind: attacked(samples[0].content, attack)}
        world.row(attack, world.data_source(attack, database, schema), values)
        world.view(attack, database, attack)
    world.user(ATTACKS[0])
    world.workspace.name = ATTACKS[1]
    world.workspace.save()


__all__ = ["HOSTILE_TITLES", "OUTSIDE", "SCHEMA", "STORE", "hostile", "incomplete", "ordinary", "title", "under_attack"]
