"""Rules that hold for every template, whoever wrote it."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import override_settings

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))

# Nothing that a strict content policy would block, and nothing that htmx would have to evaluate.
BLOCKED = re.compile(r"""\sstyle=["'{]|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|hx-on|js:|javascript:""")
COMMENT_OVER_LINES = re.compile(r"{#(?:(?!#}).)*$", re.MULTILINE)
LINK_OF_HTMX = re.compile(r"<a\s(?=[^>]*\shx-)(?![^>]*\shref=)")
FORM_THAT_WRITES = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_keeps_the_rules(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    get_template(name)
    assert not BLOCKED.search(source)
    assert not COMMENT_OVER_LINES.search(source), "a {# comment #} ends on its line, or it is shown"
    assert not LINK_OF_HTMX.search(source), "a link leads somewhere without JavaScript, too"
    assert "|safe" not in source
    assert "{{ attrs }}" not in source, "cotton prints attributes unescaped"
    for form in FORM_THAT_WRITES.findall(source):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("name", [name for name in NAMES if "nh-fold" in (TEMPLATES / name).read_text()])
def test_a_table_that_folds_keeps_its_roles(name: str) -> None:
    """Folding changes ``display``, which takes a table's roles away unless they are written."""
    for table in (TEMPLATES / name).read_text().split("<table")[1:]:
        table = table.split("</table>")[0]
        if "nh-fold" not in table.split(">")[0]:
            continue
        assert 'role="table"' in table.split(">")[0]
        for tag, roles in (("thead", "rowgroup"), ("tbody", "rowgroup"), ("tr", "row"), ("td", "cell")):
            for opened in re.findall(rf"<{tag}\b[^>]*>", table):
                assert f'role="{roles}"' in opened, opened


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@override_settings(ROOT_URLCONF="tests.core.ui.no_urls")
def test_an_error_page_needs_no_request_no_route_and_no_database(status: int) -> None:
    context = {"status": status, "title": "A <title>", "message": "What to do.", "request_id": "9Kd0tQ57"}
    page = render_to_string("errors/page.html", context)
    assert "A &lt;title&gt;" in page
    assert "What to do." in page
    assert "9Kd0tQ57" in page
    note = render_to_string("errors/note.html", context)
    assert 'role="alert"' in note
    assert "<html" not in note
