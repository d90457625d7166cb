"""Style sheets and templates know the same classes, and the files find each other under hashed names."""

import json
import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).parents[3]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Put together from a tone: {{ tone }} in a template, or a Share's.
MADE_UP = {
    *(f"f-{tone}" for tone in ("ok", "warn", "bad", "run", "mute")),
    *(f"is-{tone}" for tone in ("ok", "warn", "bad", "run")),
    *(f"nh-tally-{tone}" for tone in ("run", "bad")),
}


def styled() -> set[str]:
    sheets = "\n".join(COMMENT.sub("", path.read_text()) for path in (ROOT / "static/css").glob("*.css"))
    selectors = re.findall(r"([^{}]+)\{", sheets)
    return {name for selector in selectors for name in re.findall(r"\.(-?[a-zA-Z][\w-]*)", selector)}


def words() -> set[str]:
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static/js").glob("*.js"),
        *(ROOT / "apps/core").rglob("*.py"),
    ]
    return set(re.findall(r"[\w-]+", "\n".join(source.read_text() for source in sources)))


def test_no_rule_is_without_use() -> None:
    ours = {name for name in styled() if not name.startswith("nb-")}  # nb- is the vocabulary of apps.notion.html
    assert ours - words() - MADE_UP == set()


def test_no_class_is_without_rule() -> None:
    used = {word for word in words() if re.fullmatch(r"nh-[a-z0-9-]*[a-z0-9]", word)}
    assert used - styled() == set()


def test_static_files_find_each_other_under_hashed_names(tmp_path: Path) -> None:
    manifest = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    finders = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=manifest, STATICFILES_FINDERS=finders):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    tokens = (tmp_path / paths["css/tokens.css"]).read_text()
    assert f"../{paths['vendor/inter/inter-latin-opsz-normal.woff2']}" in tokens


def test_modules_import_nothing() -> None:
    """Each is a page's own <script type="module">: an import would ask for a name without hash."""
    for module in (ROOT / "static/js").glob("*.js"):
        assert not re.search(r"^\s*(import|export)\b", module.read_text(), re.MULTILINE), module.name
        assert any(module.name in page.read_text() for page in (ROOT / "templates").rglob("*.html")), module.name
