"""Markdown is read by programs that let HTML through and follow any address: nothing that runs may come out there."""

import pytest
from markdown_it import MarkdownIt

from apps.notion.document import build_document
from apps.notion.markdown import render_markdown
from tests.contracts.test_hostile_content import Judge
from tests.notion.content.test_html_safety import ATTACKS, attacked, every_sample
from tests.notion.samples import properties as property_samples
from tests.notion.samples.parts import PAGE_ID, page

OURS = {"a comment: ' breadcrumb '", "a comment: ' table of contents '"}


def credulous() -> MarkdownIt:
    """A reader that takes HTML as it comes and every address for good."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


def acting(markdown: str) -> set[str]:
    """What would act in a page made of this. Pictures and links from elsewhere are what Markdown is for."""
    judge = Judge("markdown")
    judge.feed(credulous().render(markdown))
    judge.close()
    return {wrong for wrong in judge.wrong if "elsewhere" not in wrong} - OURS


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_markdown(attack: str) -> None:
    blocks = [attacked(found, attack) | {"parent": {"type": "page_id", "page_id": PAGE_ID}} for found in every_sample()]
    properties = {
        f"{attack} {kind} {number}": {"id": "a", "type": kind, kind: attacked(sample.content, attack)}
        for kind, samples in property_samples.VALUES.items()
        for number, sample in enumerate(samples)
    }
    assert acting(render_markdown(build_document(page(properties), blocks))) == set()


@pytest.mark.parametrize("markdown", ["<script>x</script>", "[a](javascript:x)", "<img src=x onerror=y>"])
def test_such_a_reader_lets_an_attack_through_that_nobody_stopped(markdown: str) -> None:
    assert acting(markdown)
