"""The vendored icons are exactly those in use."""

import re
from pathlib import Path

import pytest

from apps.audit.catalogue import CATALOGUE
from apps.core.ui import icons
from apps.core.ui.changes import CHANGES
from apps.core.ui.kinds import KIND_ICONS, UNKNOWN_KIND
from apps.core.ui.status import STATUSES
from apps.dashboard.navigation import ENTRIES

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "static" / icons.ICON_FOLDER
WRITTEN = re.compile(r"""{% icon "([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"|icons\.svg\("([a-z0-9-]+)\"""")


def written_names() -> set[str]:
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "apps/core/templatetags").glob("*.py")]
    found = {name for source in sources for name in WRITTEN.findall(source.read_text())}
    return {name for names in found for name in names if name}


def names_of_tables() -> set[str]:
    return (
        {status.icon for status in STATUSES.values()}
        | {event.icon for event in CATALOGUE.values()}
        | {entry[2] for entry in ENTRIES}
        | set(KIND_ICONS.values())
        | {icon for icon, _ in CHANGES.values()}
        | {UNKNOWN_KIND}
    )


def test_what_is_used_is_vendored_and_nothing_else() -> None:
    vendored = {path.stem for path in FOLDER.glob("*.svg")}
    assert vendored == written_names() | names_of_tables()


def test_an_icon_is_decorative_unless_it_is_named() -> None:
    drawn = icons.svg("circle-check", "i-xl")
    assert drawn.startswith('<svg class="i i-xl" aria-hidden="true" viewBox="0 0 24 24"')
    assert "M9 12l2 2l4 -4" in drawn
    assert "M0 0h24v24H0z" not in drawn
    assert 'role="img" aria-label="a &quot;b&quot;"' in icons.svg("circle-check", label='a "b"')


@pytest.mark.parametrize("name", ["no-such-icon", "../../css/tokens", "circle-check.svg", "", "Circle"])
def test_an_unknown_icon_is_an_error(name: str) -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.svg(name)
