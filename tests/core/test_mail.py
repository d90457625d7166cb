"""Letters, and the server that takes them."""

import smtplib
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.errors import ConfigError, NotionHubError, TransientError
from apps.core.mail import send, write
from apps.core.tenancy import scope
from apps.jobs.mail import post
from apps.jobs.models import Job
from notionhub.settings.environment import load
from notionhub.settings.mail import mail_server
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

CONTEXT = {"organization": "Acme", "role": "viewer", "invited_by": "Ada", "email": "x@y.example", "link": "https://h/"}


class Failing(BaseEmailBackend):
    """A mail server with one answer."""

    error: ClassVar[Exception]

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (smtplib.SMTPServerDisconnected("gone"), TransientError),
        (ConnectionRefusedError(), TransientError),
        (TimeoutError(), TransientError),
        (smtplib.SMTPSenderRefused(451, b"later", "from"), TransientError),
        (smtplib.SMTPDataError(554, b"no"), ConfigError),
        (smtplib.SMTPRecipientsRefused({"x@y.example": (450, b"busy")}), TransientError),
        (smtplib.SMTPRecipientsRefused({"x@y.example": (550, b"unknown")}), ConfigError),
        (smtplib.SMTPAuthenticationError(535, b"no"), ConfigError),
    ],
)
def test_what_may_work_later_is_tried_again_and_nothing_else(
    settings: Settings, error: Exception, becomes: type[NotionHubError]
) -> None:
    settings.EMAIL_BACKEND = "tests.core.test_mail.Failing"
    Failing.error = error
    with pytest.raises(becomes):
        send(write("invitation", "x@y.example", CONTEXT))


def test_no_line_of_a_name_becomes_a_header_and_html_is_escaped() -> None:
    letter = write("invitation", "x@y.example", CONTEXT | {"organization": "Acme\r\nBcc: all@y.example <b>"})
    assert "\n" not in letter.subject
    assert "Bcc: all@y.example" in letter.subject
    assert "<b>" not in letter.html
    send(letter)
    assert mail.outbox[0].recipients() == ["x@y.example"]


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_by_a_job_when_its_operation_commits(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        post("invitation", "x@y.example", CONTEXT, what="you are invited", actor=acme.actor(Role.ADMIN))
    assert mail.outbox == []
    run_pending()
    assert [letter.to for letter in mail.outbox] == [["x@y.example"]]
    assert Job.unscoped.get().title == "E-mail to x@y.example: you are invited"


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls", "tls"),
    [
        ("smtp://relay", "relay", 25, False, False),
        ("smtp+starttls://ada:p%40ss@mail.acme.example", "mail.acme.example", 587, True, False),
        ("smtps://ada:p%40ss@mail.acme.example:2465", "mail.acme.example", 2465, False, True),
    ],
)
def test_the_address_of_the_mail_server(url: str, host: str, port: int, starttls: bool, tls: bool) -> None:
    server = mail_server(SecretStr(url))
    assert server is not None
    assert (server.host, server.port, server.starttls, server.tls) == (host, port, starttls, tls)
    assert (server.user, server.password) == (("ada", "p@ss") if "@" in url else ("", ""))
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize("url", ["smtp://", "smtp://host:many", "smtp://ada@host", "smtp://:hidden@host"])
def test_a_mail_server_that_is_half_said_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refused:
        mail_server(SecretStr(url))
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "http://ada:hidden@host"),
        ("EMAIL_FROM", "nobody"),
        ("NOTIONHUB_FOUNDERS", "friends"),
        ("NOTIONHUB_INVITATION_DAYS", "0"),
        ("NOTIONHUB_DELETION_DAYS", "0"),
    ],
)
def test_what_is_set_wrongly_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is malformed") as refused:
        load()
    assert "hidden" not in str(refused.value)
