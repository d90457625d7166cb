"""What a browser is told with every answer, error pages and downloads included, whoever made it.

Sources: OWASP Secure Headers Project; Fetch standard (``Cross-Origin-Resource-Policy``); W3C Permissions Policy. Strict
transport, type sniffing, referrer and opener are Django's ``SecurityMiddleware``; the page's policy is django-csp's.
"""

from django.http import HttpRequest, HttpResponseBase

from apps.core.middleware import GetResponse

_SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_OURS = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _SWITCHED_OFF), *(f"{name}=(self)" for name in _OURS)])

ATTACHMENT_POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content policy of files that are not ours: should a browser show one, nothing in it runs or loads."""


class HeadersMiddleware:
    """Stands outside everything that may answer, so that nothing leaves without."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
