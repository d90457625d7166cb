"""HTML: every link leads somewhere, nothing is loaded from elsewhere, nothing that anybody wrote becomes markup."""

from typing import Any

import pytest

from apps.exports.arrangement import Layout, Naming
from apps.exports.formats import FORMATS
from apps.exports.rendering import Order, Summary
from apps.snapshots.models import ObjectVersion, Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import HOSTILE_TITLES, OUTSIDE, STORE, hostile, incomplete, ordinary, under_attack
from tests.exports.sites import Site
from tests.exports.worlds import World, child_page, mention, paragraph, text
from tests.notion.content.test_html_safety import ATTACKS, every_sample
from tests.notion.samples.blocks import BLOCKS

HTML = FORMATS["html"]
TITLE_IN_LISTS = 100
"""Characters of a title that lists show for certain; a page shows all of it."""


def export(make: Make, snapshot: Snapshot, **options: Any) -> tuple[Site, Summary]:
    archive, summary = make(Order(snapshot, HTML, options))
    opened = Opened.at(archive)
    opened.check_manifest()
    site = Site(opened)
    site.check()
    return site, summary


def test_an_ordinary_workspace_becomes_a_site_in_which_every_link_leads_somewhere(world: World, make: Make) -> None:
    site, _ = export(make, ordinary(world))
    own = sorted(path for path in site.pages if not path.startswith("assets/"))
    assert [path.rpartition("/")[2].rpartition(" ")[0] or path for path in own] == [
        "Home",
        "Plan (draft) [v1]",
        "Tasks",
        "Ship it",
        "Write _ it",
        "index.html",
        "search.html",
    ]
    plan = site.named("Plan")
    assert sum(plan.target(href) == site.named("Home").path for href in plan.hrefs) == 4, (
        "sidebar, breadcrumb, the mention and the pasted address"
    )
    assert f"https://www.notion.so/{OUTSIDE.replace('-', '')}" in plan.hrefs, "what was not captured leads to Notion"
    assert "https://example.org/elsewhere.png" in plan.hrefs, "a picture from elsewhere is a link"
    assert "example.org" in plan.words
    loaded = [str(plan.target(url)).partition(" ")[0] for url in plan.values(("img", "src"))]
    assert loaded == ["attachments/cover", "attachments/photo", "attachments/copy"]
    assert "hologram" in plan.words, "a type that we do not know is named"


def test_a_hostile_workspace_is_shown_word_for_word(world: World, make: Make) -> None:
    site, summary = export(make, hostile(world))
    assert summary.complete
    titles = " ".join(site.pages["assets/titles/1.html"].words.split())
    for words in HOSTILE_TITLES:
        shown = " ".join(words.replace("\u0000", "").split())
        assert shown[:TITLE_IN_LISTS] in titles.replace("\u0000", "")
    links = site.named("Links ")
    targets = [links.target(found["href"]) for found in links.classed("nb-mention-page")]
    assert len(set(targets)) == 2 * len(HOSTILE_TITLES), "same titles, different files"


def test_no_attack_gets_into_a_page(world: World, make: Make) -> None:
    """One page, database, row, view, comment and person for each; the judge is ``Site.check``."""
    under_attack(world)
    site, summary = export(make, world.close())
    assert summary.complete
    for shown in site.pages.values():
        assert ATTACKS[1] in shown.words


def test_an_attachment_that_a_browser_would_run_is_saved_and_not_opened(world: World, make: Make) -> None:
    """On a server it would be a page of the site's own origin, without the site's policy."""
    blocks = []
    for name in ("evil.html", "evil.SVG", "evil.xhtml", "calm.pdf"):
        address = f"{STORE}/9/{name}"
        world.file(address, name.encode())
        held = {"type": "file", "file": {"url": address}, "name": name, "caption": []}
        kind = "image" if name.endswith("SVG") else "file"
        blocks.append({"object": "block", "id": world.id(name), "type": kind, "has_children": False, kind: held})
    world.page("Files", "", blocks)
    site, _ = export(make, world.close())
    links = [found for tag, found in site.named("Files").elements if tag == "a" and "attachments/" in found["href"]]
    assert {found["href"].rpartition(".")[2]: "download" in found for found in links} == {
        "html": True,
        "svg": True,
        "xhtml": True,
        "pdf": False,
    }


def test_every_type_of_block_is_on_the_page(world: World, make: Make) -> None:
    kinds = [(kind, sample) for kind, samples in BLOCKS.items() for sample in samples]
    page = world.page("Everything", "", [block | {"id": world.id(str(at))} for at, block in enumerate(every_sample())])
    site, _ = export(make, world.close())
    shown = site.named("Everything").words
    assert page
    for kind, sample in kinds:
        for words in sample.words:
            assert words in shown, f"{kind}: {words}"


@pytest.mark.parametrize(
    "options",
    [*({"naming": naming.value} for naming in Naming), *({"layout": layout.value} for layout in Layout)],
    ids=lambda options: "-".join(options.values()),
)
def test_links_lead_somewhere_whatever_the_names_and_folders(options: dict[str, str], world: World, make: Make) -> None:
    for words in ("index", "search", "assets", "Plan", "Plan", "1"):
        world.page(words)
    site, summary = export(make, ordinary(world), **options)
    assert summary.complete
    assert len(site.pages) == 6 + 5 + 2 + 3


def test_a_part_of_a_snapshot_leads_to_notion_for_the_rest(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    plan = next(
        str(one) for one in ObjectVersion.objects.filter(title__startswith="Plan").values_list("object", flat=True)
    )
    site, _ = export(make, snapshot, pages=[plan])
    assert f"https://www.notion.so/{world.id('home').replace('-', '')}" in site.named("Plan").hrefs
    assert "only some of its pages were chosen" in site.pages["index.html"].words
    assert not any("Home" in path for path in site.pages)


def test_a_very_deep_page_has_its_whole_way_above_it_and_a_narrow_tree_beside_it(world: World, make: Make) -> None:
    deep = ""
    for level in range(12):
        deep = world.page(f"Level {level}", deep)
    page = export(make, world.close())[0].named("Level 11 ")
    around = page.words.partition("Skip to the page")[2]
    tree, _, way = around.partition("Acme" + "Level 0")
    assert [f"Level {level}" in tree for level in (6, 7, 10, 11)] == [False, True, True, True]
    assert all(f"Level {level}" in f"Level 0{way}" for level in range(12))


def test_a_row_shows_its_properties_its_way_and_its_neighbours(world: World, make: Make) -> None:
    site, _ = export(make, ordinary(world))
    row = site.named("Ship it")
    assert "EstimateEmpty" in row.words
    assert [row.target(href) for href in row.hrefs].count(site.named("Write _ it").path) == 3, (
        "the relation, the sidebar, and previous and next"
    )
    trail = row.words.partition("Acme")[2]
    assert trail.index("Home") < trail.index("Tasks") < trail.index("Blocked by")
    assert [row.target(href) for href in row.hrefs if "proof" in href] == [
        next(path for path in site.archive.files if path.startswith("attachments/proof"))
    ]


def test_numbers_are_written_as_their_column_says_and_stand_to_the_right(world: World, make: Make) -> None:
    schema = {
        "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
        "Now": {"id": "p", "name": "Now", "type": "number", "number": {"format": "euro"}},
    }
    source = world.data_source("Prices", world.database("Prices", world.page("Home")), schema)
    world.row("Bread", source, {"Before": {"id": "p", "type": "number", "number": 1234.5}})
    site, _ = export(make, world.close())
    assert "€1,234.50" in site.named("Prices").words, "found by its id, though the name is another one"
    assert "€1,234.50" in site.named("Bread").words
    assert len(site.named("Prices").classed("s-n")) == 2, "head and cell"


def test_comments_stand_at_the_end_with_who_when_and_where_unless_they_are_not_wanted(world: World, make: Make) -> None:
    snapshot = ordinary(world)
    site, _ = export(make, snapshot)
    said = site.named("Plan").words.partition("Comments")[2]
    assert said.index("Looks good") < said.index("Thanks") < said.index("On “outside”") < said.index("Is this public?")
    assert said.count("Ada Lovelace 4 Jul 2026, 09:11 UTC") == 3
    without, _ = export(make, snapshot, comments=False)
    assert "Looks good" not in without.named("Plan").words
    assert {"kind": "comments", "count": 3, "reason": "Comments were not asked for."} in (
        without.archive.manifest["skipped"]
    )


def test_an_author_whom_nobody_knows_is_somebody_and_a_strange_comment_is_named(world: World, make: Make) -> None:
    page = world.page("Plan")
    world.discussion(page, "Hello")
    site, _ = export(make, world.close())
    assert "Somebody 4 Jul 2026" in site.named("Plan").words


def test_without_attachments_none_is_there_and_none_is_linked(world: World, make: Make) -> None:
    site, _ = export(make, ordinary(world), attachments=False)
    assert not [path for path in site.archive.files if path.startswith("attachments/")]
    assert "photo.png (not stored)" in site.named("Plan").words


def test_films_and_sounds_play_from_the_disk_and_are_not_loaded_before(world: World, make: Make) -> None:
    def media(kind: str, name: str) -> dict[str, Any]:
        address = f"{STORE}/{kind}/{name}"
        world.file(address, name.encode(), page=page)
        return {"type": kind, kind: {"type": "file", "file": {"url": address}, "caption": []}}

    page = world.id("media")
    world.page("Media", "", [media("video", "a.mp4"), media("audio", "b.mp3"), media("pdf", "c.pdf")], id=page)
    site, _ = export(make, world.close())
    shown = site.named("Media")
    players = [found for tag, found in shown.elements if tag in ("video", "audio")]
    assert [(found["preload"], str(shown.target(found["src"]))[-4:]) for found in players] == [
        ("none", ".mp4"),
        ("none", ".mp3"),
    ]
    assert any(str(shown.target(href)).endswith(".pdf") for href in shown.hrefs)


def test_headings_are_listed_beside_a_long_page(world: World, make: Make) -> None:
    def heading(level: int, words: str) -> dict[str, Any]:
        return {"type": f"heading_{level}", f"heading_{level}": {"rich_text": [text(words)], "color": "default"}}

    blocks = [heading(2, "One"), heading(3, "Two"), heading(1, "Three")]
    world.page("Long", "", [block | {"id": world.id(str(at))} for at, block in enumerate(blocks)])
    world.page("Short", "", blocks[:2])
    site, _ = export(make, world.close())
    assert len([href for href in site.named("Long").hrefs if href.startswith("#nb-")]) == 3
    assert site.named("Long").headings == [1, 2, 3, 2]
    assert site.named("Short").classed("s-contents") == []


def test_an_incomplete_snapshot_says_so_on_every_page(world: World, make: Make) -> None:
    site, summary = export(make, incomplete(world))
    assert not summary.complete
    for page in site.pages.values():
        assert "the snapshot lacks 1 of 2 objects" in page.words


def test_a_page_that_could_not_be_made_has_a_stand_in_to_which_links_lead(world: World, make: Make) -> None:
    broken = world.page("Broken")
    world.page("Links", "", [paragraph(mention(broken, "to it")), child_page(broken, "Broken")])
    snapshot = world.close()
    ObjectVersion.objects.filter(object=broken).update(body=b"no body")
    site, summary = export(make, snapshot)
    assert not summary.complete
    assert "Not in this export." in site.named("Broken").words
    assert [failed["title"] for failed in site.archive.manifest["failed"]] == ["Broken"]
    links = site.named("Links")
    assert sum(links.target(href) == site.named("Broken").path for href in links.hrefs) >= 2


def test_an_empty_workspace_is_a_site_as_well(world: World, make: Make) -> None:
    site, _ = export(make, world.close())
    assert "This snapshot holds no pages." in site.pages["index.html"].words
    assert not any("people" in path for path in site.pages)


def test_people_have_a_list(world: World, make: Make) -> None:
    site, _ = export(make, ordinary(world))
    assert "Ada Lovelaceperson" in site.pages["assets/people/1.html"].words
    assert "ada@acme.example" not in site.pages["assets/people/1.html"].words


def test_the_site_is_small_where_it_repeats_itself(world: World, make: Make) -> None:
    site, _ = export(make, ordinary(world))
    assert len(site.archive.files["assets/site.css"]) < 25_000
    assert b"url(" not in site.archive.files["assets/site.css"]
    assert b"@import" not in site.archive.files["assets/site.css"]
