"""Export formats of other distributions: one that is really installed, and all the ways in which one can be broken."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.exports.fileset import FileSet
from apps.exports.formats.base import Choice, Option
from apps.exports.formats.json import FORMAT as JSON
from apps.exports.formats.plugins import LeftOut, plugins, unfit
from apps.exports.ledger import Ledger
from apps.exports.sinks import FolderSink
from tests.exports.archives import Opened
from tests.exports.samples import ordinary
from tests.exports.worlds import World
from tests.factories.tenants import Tenant, make_tenant

ROOT = Path(__file__).parents[2]
OUTLINE = ROOT / "tests" / "plugins" / "notionhub-outline"
UV = Path(sys.executable).parent / "uv"


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    acme = make_tenant("acme")
    with scope(acme.organization.pk):
        ordinary(World())
    return acme


def install(source: Path, target: Path) -> None:
    """Build and install a distribution, from nothing but its sources."""
    copy = shutil.copytree(source, target.parent / "sources" / source.name)
    command: list[str | Path] = [UV, "pip", "install", "--quiet", "--offline", "--no-index", "--no-deps", "--no-cache"]
    subprocess.run([*command, "--python", sys.executable, "--target", target, copy], check=True, timeout=30)


def register(target: Path, name: str, points: str, module: str = "") -> None:
    """A distribution as it lies there once it is installed."""
    facts = target / f"{name}-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[notionhub.export_formats]\n{points}\n")
    (target / f"{name}.py").write_text(module)


def started(tenant: Tenant, store: Path, target: Path, output: Path, *format: str) -> dict[str, Any]:
    """What a process tells that starts with the distributions in ``target``."""
    sessions = [
        tenant.browser(role).cookies[settings.SESSION_COOKIE_NAME].value for role in (Role.OWNER, Role.OPERATOR)
    ]
    token = tenant.api(Role.OWNER).defaults["HTTP_AUTHORIZATION"].partition(" ")[2]
    facts = [str(connection.settings_dict["NAME"]), str(store), *sessions, token, str(output), *format]
    done = subprocess.run(
        [sys.executable, "-m", "tests.exports.with_plugins", *facts],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(target), "DJANGO_SETTINGS_MODULE": "notionhub.settings.test"},
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.django_db(transaction=True)
def test_an_installed_format_is_in_the_form_the_api_and_the_command_and_exports(
    tenant: Tenant, own_storage: Path, tmp_path: Path
) -> None:
    target, output = tmp_path / "installed", tmp_path / "out"
    install(OUTLINE, target)
    told = started(tenant, own_storage, target, output, "outline")
    assert 'value="outline"' in told["form"]
    assert "for outliners and mind maps" in told["form"]
    (outline,) = [form for form in told["api"] if form["key"] == "outline"]
    assert [option["key"] for option in outline["options"]] == ["naming", "layout", "rows"]
    assert told["checks"] == []

    opened = Opened.folder(output)
    opened.check_manifest()
    assert opened.manifest["format"] == "outline"
    assert opened.manifest["complete"] is True
    assert opened.manifest["counts"]["pages"]["done"] == 2
    tree = ElementTree.fromstring(opened.files["outline.opml"])  # noqa: S314
    assert [node.get("text") for node in tree.iter("outline")] == ["Home", "Plan (draft) [v1]", "Tasks", "Tasks"]


@pytest.mark.django_db(transaction=True)
def test_a_broken_format_is_left_out_and_an_administrator_sees_it(
    tenant: Tenant, own_storage: Path, tmp_path: Path
) -> None:
    target = tmp_path / "installed"
    register(target, "explodes", "explodes = explodes:FORMAT", "raise RuntimeError('no licence')")
    register(target, "second", "second = apps.exports.formats.json:FORMAT")
    told = started(tenant, own_storage, target, tmp_path / "out", "markdown")
    keys = [form["key"] for form in told["api"]]
    assert "markdown" in keys
    assert keys.count("json") == 1
    assert Opened.folder(tmp_path / "out").manifest["complete"] is True
    for words in ("It could not be loaded: RuntimeError: no licence", "There is another export format with the key"):
        assert words in told["form"].replace("&#x27;", "'")
        assert words not in told["operators_form"], "who cannot have it mended is not told"
        assert sum(words in check for check in told["checks"]) == 1


class Bare:
    key, label, summary, version, options = "bare", "Bare", "Nothing.", 1, ()

    def writer(self, book: Any, options: Any) -> Any:
        raise NotImplementedError


def changed(**more: Any) -> Any:
    return type("Changed", (Bare,), more)()


CHOICES = (Choice("a", "A"),)


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        ("no format", "It gives no export format"),
        (object(), "It gives no export format"),
        (changed(key="../x"), "Its key"),
        (changed(key=7), "Its key"),
        (changed(label="x" * 61), "Its label"),
        (changed(version="1"), "its version"),
        (changed(writer=None), "It gives no export format"),
        (changed(options=[Option("a", "A", "A.")]), "Its options"),
        (changed(options=("attachments",)), "Its options"),
        (changed(options=(Option("a", "A", "A.", "yes"),)), "Its options"),
        (changed(options=(Option("a", "A", "A.", "b", CHOICES),)), "Its options"),
    ],
)
def test_what_is_no_format_is_told_from_one(plugin: Any, reason: str) -> None:
    assert reason in unfit(plugin)


def test_formats_are_known_for_what_they_are() -> None:
    assert unfit(JSON) == ""
    assert unfit(Bare()) == ""
    assert unfit(changed(options=(Option("a", "A", "A.", "a", CHOICES),))) == ""


def test_of_two_plugins_with_one_key_the_first_by_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(tmp_path, "bee", "b_second = tests.exports.test_plugins:SECOND")
    register(tmp_path, "ant", "a_first = tests.exports.test_plugins:FIRST\nz_leaves = tests.exports.test_plugins:gone")
    monkeypatch.syspath_prepend(str(tmp_path))
    found: list[Any] = list(plugins(["json"]))
    first, second, third = found
    assert first is FIRST
    assert isinstance(second, LeftOut)
    assert (second.name, second.origin) == ("b_second", "bee 1.0")
    assert second.reason == "There is another export format with the key 'bare'."
    assert isinstance(third, LeftOut)
    assert "AttributeError" in third.reason


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a//b", "C:\\x", "a\\..\\x", "", "a/."])
def test_a_file_cannot_leave_the_export(path: str, tmp_path: Path) -> None:
    ledger, sink = Ledger(tmp_path / "ledger"), FolderSink(tmp_path / "out")
    with pytest.raises(ValueError, match="leads out of it"):
        FileSet(sink, ledger).add(path, b"x")
    ledger.close()
    sink.close()
    assert list((tmp_path / "out").iterdir()) == []


FIRST, SECOND = Bare(), Bare()
