"""Browsers in which somebody has signed in, made as the product makes them, without a provider."""

import time
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from pydantic import SecretStr

from apps.accounts.models import User
from apps.accounts.services import begin_sign_in
from notionhub.settings.providers import Provider

SUITE = Provider("suite", "The suite", "https://suite.example", "id", SecretStr("secret"))


def browser_of(
    user: User, provider: Provider = SUITE, *, proved_at: float | None = None, second_factor: bool = False
) -> Client:
    """A browser in which this person has signed in through ``provider``, now or at ``proved_at``."""
    client = Client()
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    proved = time.time() if proved_at is None else proved_at
    begin_sign_in(request, user, provider, proved_at=proved, second_factor=second_factor)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    return client
