"""Rules of the house that no linter knows."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNSCOPED = {
    # Who may look across tenants, and why.
    "apps/core/tenancy.py",  # defines it
    "apps/core/rest/idempotency.py",  # the ticker lets go of what is old in all of them
    "apps/keys/rewrapping.py",  # a master key is the installation's
    "apps/workspaces/keys/chores.py",  # the ticker serves all tenants
    "apps/workspaces/webhooks/receiving.py",  # finds out whose address it is; the ticker lets go of what is old
    "apps/snapshots/on_change.py",  # the ticker starts captures of all of them
    "apps/organizations/door.py",  # finds out whose scope to open
    "apps/organizations/credentials/bearer.py",  # the same, for whoever comes with a credential
    "apps/organizations/credentials/signing.py",  # forgets withdrawn access tokens of all tenants
    "apps/organizations/selectors.py",  # the organizations of one person
    "apps/organizations/people/selectors.py",  # whoever follows an invitation is in no organization yet
    "apps/organizations/sign_in/providers.py",  # whoever signs in is in no organization yet
    "apps/organizations/sign_in/domains.py",  # a domain is proved by one organization
    "apps/audit/sealing.py",  # the ticker seals whatever is unsealed
    "apps/audit/retention.py",  # the ticker cuts what is due
    "apps/audit/forwarding/turns.py",  # the ticker sends what collectors lack
    "apps/organizations/sessions.py",  # a sign-in is recorded in each of them
}


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def tracked_files() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def test_only_named_files_look_across_tenants() -> None:
    looking = {
        str(path.relative_to(ROOT))
        for path in python_files("apps")
        if re.search(r"\.unscoped\b|objects\.raw\(", path.read_text()) and "migrations" not in path.parts
    }
    jobs = {path for path in looking if path.startswith("apps/jobs/")}  # runners serve all tenants
    assert looking - jobs == UNSCOPED - {"apps/core/tenancy.py"}
    assert len(jobs) <= 6


def test_only_the_backend_and_migrations_tell_postgresql_to_show_all_tenants() -> None:
    telling = {
        str(path.relative_to(ROOT))
        for path in python_files("apps", "notionhub")
        if "across_tenants" in path.read_text() and "migrations" not in path.parts
    }
    backend = {path for path in telling if path.startswith("apps/core/postgresql/")}
    assert telling - backend == {"apps/core/tenancy.py", "apps/core/management/commands/migrate.py"}


def test_templates_have_no_inline_script_style_or_handler() -> None:
    wrong = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in wrong.finditer(path.read_text())
    ]
    assert found == []


def test_nothing_switches_escaping_off() -> None:
    wrong = re.compile(r"\|\s*safe\b|autoescape\s+off|mark_safe\(")
    allowed = {"apps/core/templatetags/ui.py", "apps/core/ui/icons.py"}  # drawings of our own tree
    found = {
        str(path.relative_to(ROOT))
        for path in [*(ROOT / "templates").rglob("*.html"), *python_files("apps")]
        if wrong.search(path.read_text())
    }
    assert found <= allowed


def test_no_drawer_files_and_nothing_left_open() -> None:
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in python_files("apps", "notionhub") if path.name in names] == []
    left = [
        str(path.relative_to(ROOT))
        for path in python_files("apps", "notionhub")
        if re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text())
    ]
    assert left == []


def test_the_top_level_is_the_cards() -> None:
    top = {path.split("/")[0] for path in tracked_files() if not path.startswith(".")}
    card = {
        "manage.py",
        "pyproject.toml",
        "notionhub",
        "apps",
        "templates",
        "static",
        "tests",
        "docker",
        "requirements",
    }
    beside = {"Makefile", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "docs"}
    assert top <= card | beside
