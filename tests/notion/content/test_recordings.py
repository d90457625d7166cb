"""Real answers of the API, where they are at hand: read without loss, written back, shown, normalised."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.notion import nodes
from apps.notion.check import Report, check_recordings
from apps.notion.document import build_document
from apps.notion.html import render_html
from apps.notion.markdown import front_matter, render_markdown
from apps.notion.model import Json
from tests.notion.content.html_reader import assert_harmless
from tests.notion.content.markdown_reader import READER

RECORDINGS = Path(__file__).parents[3].parent / "shared" / "data" / "notion-recordings"
FILES = sorted(RECORDINGS.glob("*.jsonl"))

pytestmark = pytest.mark.skipif(not FILES, reason=f"the recorded exchanges are not at {RECORDINGS}")


def responses() -> Iterator[Json]:
    for path in FILES:
        for line in path.read_bytes().splitlines():
            response = orjson.loads(line)["response"]
            if isinstance(response, dict):
                yield response


def objects(value: Any, kind: str) -> Iterator[Json]:
    """All objects of a kind at any depth."""
    if isinstance(value, dict):
        if value.get("object") == kind:
            yield value
        for part in value.values():
            yield from objects(part, kind)
    elif isinstance(value, list):
        for part in value:
            yield from objects(part, kind)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_exchange_is_read_without_loss(path: Path) -> None:
    with path.open("rb") as lines:
        report: Report = check_recordings(lines)
    assert [str(failure) for failure in report.failures] == []
    assert not report.unknown
    assert report.exchanges > 300
    assert report.seen.total() > 1000


def test_every_block_is_shown() -> None:
    blocks = [found for response in responses() for found in objects(response, "block")]
    document = build_document({"id": "00000000-0000-8000-8000-000000000000", "properties": {}}, blocks)
    shown = assert_harmless(render_html(document)).words
    markdown = render_markdown(document)
    assert READER.parse(markdown)
    texts = [found for found in nodes.walk(document.blocks) if isinstance(found, nodes.Paragraph)]
    assert len(texts) > 100
    for words in (item.text for found in texts for item in found.content if isinstance(item, nodes.Text)):
        assert words.replace("\n", "") in shown


def test_every_row_has_plain_front_matter() -> None:
    pages = [found for response in responses() for found in objects(response, "page") if found.get("properties")]
    assert len(pages) > 1000
    for page in pages:
        assert orjson.dumps(front_matter(page))
        assert_harmless(render_html(build_document(page, [])))
