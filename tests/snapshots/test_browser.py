"""The snapshot browser: tables of rows, Markdown of every kind of object, comments."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.roles import Role
from apps.notion import nodes
from apps.snapshots import selectors
from apps.snapshots.markdown import markdown_of
from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.rows import lines_of_rows
from tests.snapshots.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
ISO = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def snapshot(studio: Studio) -> Snapshot:
    return studio.capture()


@pytest.fixture
def client(studio: Studio) -> Client:
    return studio.tenant.browser(Role.VIEWER)


def shown(client: Client, snapshot: Snapshot, object_id: object, **query: str) -> str:
    query |= {"object": str(object_id)}
    answer = client.get(
        f"/o/acme/snapshots/{snapshot.public_id}/", query, headers={"HX-Request": "true", "HX-Target": "reader"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def cells_of(html: str) -> list[list[str]]:
    body = html[html.index("<tbody") : html.index("</tbody")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [[cell.strip() for cell in re.findall(r'<div class="nh-cell">(.*?)</div>', row, re.DOTALL)] for row in rows]
    return [row for row in cells if row]


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def sources_with(kind: str) -> list[tuple[UUID, str, dict[str, Any]]]:
    """Data sources that have a column of this type: (data source, name, schema of the column)."""
    found = []
    for version in ObjectVersion.objects.filter(kind=Kind.DATA_SOURCE):
        schema = selectors.get_object(Snapshot.objects.get(), version.object).raw["properties"]
        found += [(version.object, name, one) for name, one in schema.items() if one["type"] == kind]
    assert found
    return found


def column_of(html: str, name: str) -> list[str]:
    heads = [words(head) for head in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html, re.DOTALL)]
    return [row[heads.index(name)] for row in cells_of(html)]


def test_cells_are_words_and_no_ids_or_machine_dates(snapshot: Snapshot, client: Client) -> None:
    for kind in ("relation", "date", "created_time", "status"):
        for source, name, _ in sources_with(kind):
            for cell in column_of(shown(client, snapshot, source), name):
                assert not ID.search(words(cell)), (name, cell)
                assert not ISO.search(words(cell)), (name, cell)


def test_cells_are_links_chips_moments_and_marks(snapshot: Snapshot, client: Client) -> None:
    marks = {"relation": "nb-mention-page", "date": "<time datetime=", "select": "nb-chip", "checkbox": "nb-check"}
    for kind, mark in marks.items():
        filled = [
            cell
            for source, name, _ in sources_with(kind)
            for cell in column_of(shown(client, snapshot, source), name)
            if cell
        ]
        assert filled, kind
        assert all(mark in cell for cell in filled), kind


def test_numbers_follow_the_format_of_their_column(snapshot: Snapshot, client: Client) -> None:
    signs = {"euro": "€", "percent": "%"}
    for source, name, column in sources_with("number"):
        sign = signs.get(column["number"]["format"])
        for cell in column_of(shown(client, snapshot, source), name):
            assert not cell or not sign or sign in cell


def test_a_row_and_its_table_show_the_same_values(snapshot: Snapshot, client: Client) -> None:
    source = sources_with("number")[0][0]
    table = selectors.table(snapshot, source)
    first = cells_of(shown(client, snapshot, source))[0]
    page = shown(client, snapshot, table.rows[0].id)
    values = {value.strip() for value in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL)}
    assert {cell for cell in first[1:] if cell} - values == set()


def test_a_table_asks_for_all_linked_titles_at_once(snapshot: Snapshot) -> None:
    context = SnapshotContext(snapshot, lambda found: f"/{found}", lambda found: f"/{found}")
    source = max((one[0] for one in sources_with("relation")), key=lambda one: len(selectors.table(snapshot, one).rows))
    table = selectors.table(snapshot, source)
    rows = list(table.rows[:50])
    with CaptureQueriesContext(connection) as queries:
        drawn = lines_of_rows(rows, table.columns, {}, context)
    linked = {item.text for row in drawn for line in row for item in line if isinstance(item, nodes.Mention)}
    assert len(linked) > 2
    assert len(queries) <= 2


def test_a_database_shows_its_icon_and_description(studio: Studio, snapshot: Snapshot, client: Client) -> None:
    described = [
        (version.object, "".join(run["plain_text"] for run in raw["description"]))
        for version in ObjectVersion.objects.filter(kind__in=[Kind.DATABASE, Kind.DATA_SOURCE])
        if (raw := selectors.get_object(snapshot, version.object).raw).get("description")
    ]
    assert described
    for object_id, said in described:
        assert said in words(shown(client, snapshot, object_id))


def test_the_markdown_of_a_database_is_the_table_of_its_rows(
    studio: Studio, snapshot: Snapshot, client: Client
) -> None:
    api = studio.tenant.api(Role.VIEWER)
    for version in ObjectVersion.objects.filter(kind=Kind.DATABASE):
        below = [entry.id for entry in selectors.children(snapshot, version.object).entries]
        rows = [row for source in below for row in selectors.table(snapshot, source).rows]
        path = f"/api/v1/o/acme/snapshots/{snapshot.public_id}/objects/{version.object}/markdown/"
        for text in (
            unescape(shown(client, snapshot, version.object, **{"as": "markdown"})),
            api.get(path).content.decode(),
        ):
            assert text.count("\n| ---") == len(below)
            assert all(f"{row.id}" in text for row in rows)


def test_markdown_says_how_many_rows_it_leaves_out(snapshot: Snapshot) -> None:
    source = max(
        (version.object for version in ObjectVersion.objects.filter(kind=Kind.DATA_SOURCE)),
        key=lambda found: len(selectors.table(snapshot, found).rows),
    )
    total = len(selectors.table(snapshot, source).rows)
    context = SnapshotContext(snapshot, lambda found: f"/{found}", lambda found: f"/{found}")
    text = markdown_of(snapshot, selectors.get_object(snapshot, source), [], context, rows=2)
    assert text.count("](/") >= 2
    assert f"{total - 2} more rows are not shown here. An export holds all {total}." in text


def test_comments_stand_below_the_page_and_in_its_markdown(snapshot: Snapshot, client: Client) -> None:
    talk = ObjectVersion.objects.filter(kind=Kind.DISCUSSION).first()
    assert talk is not None
    assert talk.parent is not None
    comment = selectors.discussions(snapshot, talk.parent)[0].comments[0]
    page = shown(client, snapshot, talk.parent)
    assert f'<time datetime="{comment["created_time"][:16]}' in page
    assert comment["created_time"] not in words(page)
    markdown = unescape(shown(client, snapshot, talk.parent, **{"as": "markdown"}))
    assert "## Comments" in markdown
    assert comment["created_time"] in markdown
