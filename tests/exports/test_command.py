"""``manage.py export``: the same options as in the form and the API."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.tenancy import scope
from tests.exports.archives import Opened
from tests.exports.samples import ordinary
from tests.exports.worlds import World
from tests.factories.tenants import make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home() -> str:
    """The page that the snapshot has at its top."""
    with scope(make_tenant("acme").organization.pk):
        world = World()
        ordinary(world)
        return world.id("home")


def export(output: Path, *words: str) -> Opened:
    call_command("export", "--output", str(output), *words, stdout=io.StringIO(), stderr=io.StringIO())
    return Opened.folder(output)


def test_every_option_can_be_given(home: str, tmp_path: Path) -> None:
    words = ["--pages", home, "--depth", "1", "--naming", "slug", "--layout", "flat", "--option", "attachments=false"]
    opened = export(tmp_path / "out", "--format", "csv", *words, "--option", "delimiter=tab")
    assert opened.manifest["options"] == {
        "pages": [home],
        "depth": 1,
        "naming": "slug",
        "layout": "flat",
        "attachments": False,
        "delimiter": "tab",
        "byte_order_mark": False,
        "formulas": "guarded",
        "relations": "titles",
    }
    (table,) = [data for path, data in opened.files.items() if path.startswith("tasks-") and path.endswith(".csv")]
    assert table.startswith(b"Name\tBlocked by\t")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--option", "attachments"], "name the option and its value"),
        (["--option", "colour=red"], "has no option 'colour'"),
        (["--option", "attachments=perhaps"], "true or false"),
        (["--pages", "nonsense"], "neither an id nor the address"),
        (["--pages", "deadbeef-0000-4000-8000-00000000beef"], "holds no page, row or database"),
        (["--depth", "-1"], "whole number"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    words: list[str], told: str, home: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=told):
        export(tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()
