"""How often somebody may try to get in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.core.addresses import client_ip
from apps.core.errors import NotionHubError
from apps.core.throttle import Throttle
from apps.core.views import error_page

TOO_OFTEN = "There were too many attempts to sign in. You are not signed in. Wait {wait} seconds, then try again."


class TooOften(NotionHubError):
    """``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(TOO_OFTEN.format(wait=wait))
        self.wait = wait


def count_address(request: HttpRequest) -> None:
    """One try from this address. Raises :class:`TooOften`."""
    _count("address", 60, client_ip(request) or "unknown")


def count_person(user: User, provider: str) -> None:
    """One sign-in of a person through a provider. Raises :class:`TooOften`."""
    _count("person", 300, f"{user.pk}/{provider}")


def count_factor(user: User) -> None:
    """One try of a person's second factor, wherever it comes from. Raises :class:`TooOften`."""
    _count("factor", 300, str(user.pk))


def told_to_wait(request: HttpRequest, error: TooOften) -> HttpResponse:
    response = error_page(request, 429, error.message)
    response["Retry-After"] = str(error.wait)
    return response


def _count(name: str, seconds: int, key: str) -> None:
    wait = Throttle(f"sign-in-{name}", settings.SIGN_IN_TRIES[name], seconds).wait(key)
    if wait:
        raise TooOften(wait)
