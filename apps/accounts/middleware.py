"""A session counts while its sign-in does."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from apps.accounts.models import SignIn, User
from apps.accounts.services.sign_ins import current
from apps.core.middleware import GetResponse


class SignInMiddleware:
    """Gives each request its ``sign_in``. A session whose sign-in was ended elsewhere ends here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.sign_in, request.was_ended = None, False  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, User):
            request.sign_in = current(request)  # type: ignore[attr-defined]
            if request.sign_in is None:  # type: ignore[attr-defined]
                logout(request)
                request.was_ended = True  # type: ignore[attr-defined]
        return self.get_response(request)


def sign_in_of(request: HttpRequest) -> SignIn | None:
    found: SignIn | None = getattr(request, "sign_in", None)
    return found


def realm_of(request: HttpRequest) -> str:
    """The public id of the organization in which alone this session is good; empty when it is good everywhere."""
    sign_in = sign_in_of(request)
    return sign_in.realm if sign_in else ""
