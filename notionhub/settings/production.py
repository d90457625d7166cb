"""A real installation: nothing is guessed, everything secret must be given."""

from django.core.exceptions import ImproperlyConfigured

from notionhub.settings.base import *  # noqa: F403
from notionhub.settings.base import BASE_URL, ENV

if ENV.notionhub_secret_key is None:
    raise ImproperlyConfigured("NOTIONHUB_SECRET_KEY is not set: give at least 50 random characters.")
if ENV.notionhub_master_keys is None:
    raise ImproperlyConfigured("NOTIONHUB_MASTER_KEYS is not set: give `id:base64 of 32 random bytes`.")
if not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("NOTIONHUB_BASE_URL must start with https:// in production.")

SECRET_KEY = ENV.notionhub_secret_key.get_secret_value()
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
