"""A passkey in a real browser, whose authenticator is Chromium's virtual one: added, asked for, used, removed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page

from tests.e2e.conftest import Demo, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/"""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def provide(page: Page, name: str) -> None:
    page.get_by_role("button", name="the demo").click()
    page.get_by_role("button", name=f"Continue as {name}").click()


def test_a_passkey_is_added_asked_for_and_removed(demo: Demo, visit: Callable[[str], Visitor]) -> None:
    page = visit("Charlie Okoro").page
    with_authenticator(page)
    page.goto(f"{demo.base_url}/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Virtual key")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Keep these recovery codes").wait_for()
    code = page.locator("code").first.inner_text()
    assert page.locator("code").count() == 10

    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    provide(page, "Charlie Okoro")
    page.get_by_role("heading", name="Show that it is you").wait_for()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("heading", name="Home").wait_for()

    # without it, one of the codes lets in
    page.goto(f"{demo.base_url}/account/")
    page.get_by_role("button", name="Sign out everywhere").click()
    provide(page, "Charlie Okoro")
    page.get_by_text("I do not have my passkey here").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Use the code").click()
    page.get_by_role("heading", name="Home").wait_for()

    page.goto(f"{demo.base_url}/account/")
    page.get_by_text("9 recovery codes left").wait_for()
    page.get_by_role("button", name="Remove Virtual key").click()
    page.get_by_text("No passkey yet").wait_for()


def test_an_authenticator_that_does_not_know_its_user_adds_nothing(demo: Demo, visit: Callable[[str], Visitor]) -> None:
    page = visit("Charlie Okoro").page
    tools, authenticator = with_authenticator(page)
    page.goto(f"{demo.base_url}/account/passkeys/add/")
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_label("Name").fill("Nothing")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("it was refused, or took too long").wait_for()
    page.goto(f"{demo.base_url}/account/")
    page.get_by_text("No passkey yet").wait_for()
