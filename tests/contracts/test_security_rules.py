"""Rules of the house that keep an intruder out, read from the source."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import apps
from tests.contracts.test_house_rules import ROOT, python_files

CONNECTING = re.compile(
    r"^(socket|ssl|urllib\.request|urllib3|http\.client|requests|smtplib|ftplib|telnetlib|poplib|imaplib|xmlrpc|boto3"
    r"|botocore|s3transfer|aiohttp|httpx|httpcore|websockets|paramiko|redis)(\.|$)"
)
OPENING = {
    "open_connection",
    "create_connection",
    "create_datagram_endpoint",
    "open_unix_connection",
    "urlopen",
    "getaddrinfo",
}
MAY_CONNECT = {
    # What reaches the network, and who says where to.
    "apps/notion/network/fetching.py": "an address that was checked",
    "apps/notion/network/wires.py": "Notion's address, which the operator sets",
    "apps/notion/addresses.py": "asks the name server, for the guard",
    "apps/accounts/oauth.py": "names the errors of Authlib's client",
    "apps/accounts/exchange.py": "the guard, or an issuer of the settings",
    "apps/audit/forwarding/syslog.py": "an address that was checked",
    "apps/audit/forwarding/collector.py": "an address that was checked",
    "apps/core/mail.py": "the mail server of the settings",
    "apps/core/storage/s3.py": "the store of the settings",
    "apps/core/storage/s3_address.py": "holds that client to the store's address",
    "apps/core/storage/s3_errors.py": "names its errors",
    "apps/core/postgresql/base.py": "names the database's errors",
    "apps/jobs/processes.py": "the name of this machine",
    "apps/keys/providers/aws_kms.py": "the key service of the settings",
    "apps/core/rest/rates.py": "the Redis of the settings",
    "apps/organizations/sign_in/examining.py": "names the errors of Authlib's client",
    "apps/sandbox/serving.py": "listens, on this machine",
    "apps/demo/__main__.py": "the demo's own processes",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in python_files("apps", "notionhub"):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_named_files_reach_the_network() -> None:
    reaching = {
        name
        for name, tree in modules()
        if any(CONNECTING.match(module) for module in imported(tree))
        or any(isinstance(node, ast.Attribute) and node.attr in OPENING for node in ast.walk(tree))
    }
    assert reaching - MAY_CONNECT.keys() == set(), "use apps.notion.guarded for an address that somebody else chooses"
    assert {name for name in MAY_CONNECT if not (ROOT / name).exists()} == set()


SECRET = re.compile(
    r"(?:^|_)(secret|signature|mac|hmac|digest|password|otp|code_verifier|nonce|csrf)(?:$|_hash$|_value$)"
)
COMPARED_BY_VALUE = {
    # No secret: what is compared is known to whoever compares it, or proves that bytes are whole.
    *("apps/notion", "apps/snapshots", "apps/exports", "apps/sandbox", "apps/audit", "apps/demo"),
    "apps/organizations/credentials/bearer.py",  # digests, one of which the index has found already
    "apps/organizations/sign_in/services.py",  # rows
    "notionhub/settings/mail.py",  # whether there is one
}


def _names(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr


def test_secrets_are_compared_in_constant_time() -> None:
    found = []
    for name, tree in modules():
        if any(name == known or name.startswith(f"{known}/") for known in COMPARED_BY_VALUE):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
                continue
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Constant) for side in sides):
                continue  # whether there is one at all
            if any(SECRET.search(word) for side in sides for word in _names(side)):
                found.append(f"{name}:{node.lineno}")
    assert found == [], "use secrets.compare_digest"


def test_nothing_that_runs_text_is_used() -> None:
    """Beyond ruff's “S”: modules that run what they read."""
    running = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "code", "codeop", "pty"}
    assert [
        (name, module) for name, tree in modules() for module in imported(tree) if module.split(".")[0] in running
    ] == []


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_templates_quote_what_they_insert_and_open_no_door() -> None:
    wrong = {
        "an attribute without quotes": re.compile(r"<[^>]*\s[\w-]+={{"),
        "a value inside of a script": re.compile(r"<script[^>]*>[^<]*{{"),
        "escaping switched off": re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off"),
        "a window that can reach back": re.compile(r'target="_blank"(?![^>]*rel="[^"]*noopener)'),
        "something from elsewhere": re.compile(r'(?:src|href)="(?:https?:)?//(?!{)'),
        "a frame": re.compile(r"<(?:iframe|object|embed|base)\b"),
    }
    found = [
        f"{path.relative_to(ROOT)}: {why}: {match.group()[:60]}"
        for path in templates()
        for why, pattern in wrong.items()
        for match in pattern.finditer(path.read_text())
        if "https://developers.notion.com" not in match.string[match.start() : match.end() + 60]
    ]
    assert found == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    found = []
    for path in templates():
        text = path.read_text()
        for form in re.finditer(r"<form\b(?:[^>\"]|\"[^\"]*\")*>", text):
            ends = text.find("</form>", form.end())
            posts = re.search(r'method="post"|hx-(?:post|put|patch|delete)', form.group(), re.IGNORECASE)
            if posts and "csrf_token" not in text[form.end() : ends]:
                found.append(f"{path.relative_to(ROOT)}: {form.group()[:80]}")
    assert found == []


def test_no_view_is_exempt_from_tokens_but_those_that_no_browser_calls() -> None:
    exempt = {
        name
        for name, tree in modules()
        if any(word == "csrf_exempt" for node in ast.walk(tree) for word in _words(node))
    }
    assert exempt <= {
        "apps/organizations/credentials/oauth_views.py",
        "apps/workspaces/webhooks/receiving.py",
    }


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id


def test_scripts_of_ours_write_no_markup() -> None:
    wrong = re.compile(
        r"\.(?:innerHTML|outerHTML)\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\([\"']"
    )
    scripts = [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "apps").rglob("*.js")]
    assert scripts
    assert [f"{path.name}: {match.group()}" for path in scripts for match in wrong.finditer(path.read_text())] == []


HOSTILE = [
    text
    for piece in (
        "a",
        "0",
        " ",
        "\t",
        "\n",
        "-",
        ".",
        "=",
        '"',
        "\\",
        "<",
        "/",
        "aA0",
        "a.",
        "a-",
        ", ",
        "a=",
        "&a;",
        "[",
        "(",
    )
    for text in (piece * 1_500, piece * 1_500 + "!", "x" + piece * 1_500 + "\x00")
]


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for found in pkgutil.walk_packages(apps.__path__, "apps."):
        if ".migrations" in found.name or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{found.name}.{name}", value


def test_no_pattern_takes_long_for_any_text() -> None:
    """Patterns that try again and again take seconds for a thousand characters (ReDoS)."""
    slow = {}
    seen = {pattern: name for name, pattern in patterns()}
    assert len(seen) > 40
    for pattern, name in seen.items():
        for text in HOSTILE:
            began = time.process_time()
            pattern.search(text)
            pattern.fullmatch(text)
            took = time.process_time() - began
            if took > 0.5:
                slow[name] = (round(took, 2), text[:6])
                break
    assert slow == {}


@pytest.mark.parametrize("text", ["<script>x</script>", '<p style="{{ x }}" id={{ y }}>'])
def test_the_rules_find_what_they_look_for(text: str) -> None:
    assert re.search(r"<[^>]*\s[\w-]+={{|<script(?![^>]*\bsrc=)", text)
