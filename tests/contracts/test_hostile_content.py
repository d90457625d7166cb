"""Whatever people write into Notion, a form or a request: no page of ours runs it, loads by it, or leads to it."""

import re
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.accounts.models import User
from apps.core.tenancy import scope
from apps.exports.services import create_export
from apps.snapshots.models import ObjectVersion, Snapshot
from tests.contracts.routes import pages
from tests.exports.samples import under_attack
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.notion.content.test_html_safety import ATTACKS

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data", "xlink:href", "ping")
RUNNING = {"iframe", "object", "embed", "base", "style", "applet", "frame", "frameset", "math", "noscript", "template"}
SAFE_TEMPLATES = {"stale-note"}
BREAKING = (*ATTACKS[:3], "javascript:alert(1)", "//evil.example/x")
"""What breaks out of each place that a template has; the library's own tests try all of them."""


class Judge(HTMLParser):
    """Reads a page as a browser does, and notes whatever would act."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.where = where
        self.wrong: list[str] = []
        self.words = StringIO()
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in RUNNING and found.get("id") not in SAFE_TEMPLATES:
            self.wrong.append(f"<{tag}>")
        if tag == "script":
            self._in_script = True
            if not found.get("src", "").startswith("/static/"):
                self.wrong.append(f"a script from {found.get('src')!r}")
        if tag == "link" and not found.get("href", "").startswith("/static/"):
            self.wrong.append(f"a link element to {found.get('href')!r}")
        if tag == "meta" and "http-equiv" in found:
            self.wrong.append("a meta element that acts")
        self.wrong += [
            f"{name} on {tag}" for name in found if name.startswith(("on", "hx-on")) or name in ("style", "srcdoc")
        ]
        for name in ADDRESSES:
            self._check(tag, name, found.get(name))

    def _check(self, tag: str, name: str, value: str | None) -> None:
        if value is None:
            return
        cleaned = re.sub(r"[\t\n\r]", "", value.strip("".join(map(chr, range(0x21)))))
        parts = urlsplit(cleaned)
        if parts.scheme not in ("", "http", "https", "mailto"):
            self.wrong.append(f"{tag} {name}={value[:60]!r}")
        if tag not in ("a", "area") and (parts.netloc or parts.scheme):
            self.wrong.append(f"{tag} leads or loads elsewhere: {value[:60]!r}")
        if tag in ("a", "area") and not parts.scheme and parts.netloc:
            self.wrong.append(f"an address without a scheme that leads elsewhere: {value[:60]!r}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.wrong.append(f"an inline script: {data[:60]!r}")
        self.words.write(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data[:60]!r}")


def judged(client: Client, path: str, **headers: str) -> Judge:
    answer = client.get(path, headers=headers)
    assert answer.status_code in (200, 286, 302, 400, 404, 405, 422), (path, answer.status_code)
    judge = Judge(path)
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        judge.feed(answer.content.decode())
        judge.close()
    assert judge.wrong == [], (path, judge.wrong)
    return judge


@pytest.fixture
def snapshot(acme: Tenant) -> Snapshot:
    with scope(acme.organization.pk):
        world = World()
        under_attack(world, BREAKING)
        return world.close()


def test_the_judge_finds_what_acts() -> None:
    for acting in (
        "<script>x</script>",
        "<img src=x onerror=y>",
        "<a href='java\nscript:x'>",
        "<a href='//evil.example'>",
        "<img src='https://evil.example/x'>",
        "<form action='https://evil.example/'>",
        "<style>x</style>",
        "<p style='x'>",
        "<!-- x -->",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
    ):
        judge = Judge("here")
        judge.feed(acting)
        judge.close()
        assert judge.wrong, acting


def test_every_captured_object_is_shown_and_none_acts(acme: Tenant, snapshot: Snapshot) -> None:
    browser = acme.browser(Role.OWNER)
    with scope(acme.organization.pk):
        objects = list(ObjectVersion.objects.exclude(kind="file").values_list("object", flat=True))
    assert len(objects) > 5 * len(BREAKING)
    shown = ""
    for found in objects:
        address = f"/o/{acme.slug}/snapshots/{snapshot.public_id}/?object={found}"
        shown += judged(browser, address, hx_request="true", hx_target="reader").words.getvalue()
    assert [attack for attack in BREAKING if attack not in shown] == []
    judged(browser, address)


NAMES = ("query", "q", "state", "sort", "page", "object", "workspace", "event", "actor", "next", "tab")


@pytest.mark.parametrize("where", ["snapshots/{id}/", "workspaces/", "exports/", "jobs/", "audit/"])
def test_what_is_searched_for_is_only_words(acme: Tenant, snapshot: Snapshot, where: str) -> None:
    browser = acme.browser(Role.OWNER)
    address = f"/o/{acme.slug}/{where.format(id=snapshot.public_id)}"
    for name in NAMES:
        judged(browser, f"{address}?{urlencode({name: BREAKING[1]})}")


def test_names_that_people_give_are_only_words_on_every_page(acme: Tenant, snapshot: Snapshot) -> None:
    attack = "\"><img src=x onerror=alert(1)>'`{{7*7}}"
    with scope(acme.organization.pk):
        create_export(snapshot, format="json", actor=acme.system)
        acme.organization.name = attack[:80]
        acme.organization.save()
    owner = acme.member(Role.OWNER)
    User.objects.filter(pk=owner.pk).update(name=attack[:80])
    browser = acme.browser(Role.OWNER)
    browser.get(f"/o/{acme.slug}/", headers={"user-agent": attack, "x-request-id": attack})
    with scope(acme.organization.pk):
        known = {"workspaces": snapshot.workspace.public_id, "snapshots": snapshot.public_id}
    seen = ""
    for route in pages():
        room = route.template.split("{public_id}")[0].rstrip("/").rsplit("/", 1)[-1]
        path = route.path(
            acme.slug, known.get(room, "nothing_0000"), **({"number": "1"} if "{number}" in route.template else {})
        )
        seen += judged(browser, path).words.getvalue()
    assert attack[:40] in seen
    assert "{{7*7}}" in seen


def test_an_error_page_repeats_no_markup_of_the_address(acme: Tenant) -> None:
    for path in (
        "/<script>alert(1)</script>",
        f"/o/{acme.slug}/<img src=x onerror=alert(1)>/",
        "/sign-in/?next=<script>",
    ):
        judged(acme.browser(Role.OWNER), path)
        judged(Client(), path)
