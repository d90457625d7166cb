"""A real installation: nothing is guessed, everything secret must be given."""

from django.core.exceptions import ImproperlyConfigured

from notionhub.settings.base import *  # noqa: F403
from notionhub.settings.base import BASE_URL, CONTENT_SECURITY_POLICY, ENV, FILE_STORE

if ENV.notionhub_secret_key is None:
    raise ImproperlyConfigured("NOTIONHUB_SECRET_KEY is not set: give at least 50 random characters.")
if "environment" in ENV.notionhub_key_providers and ENV.notionhub_master_keys is None:
    raise ImproperlyConfigured("NOTIONHUB_MASTER_KEYS is not set: give `id:base64 of 32 random bytes`.")
if not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("NOTIONHUB_BASE_URL must start with https:// in production.")

if len(ENV.notionhub_secret_key.get_secret_value()) < 50:
    raise ImproperlyConfigured("NOTIONHUB_SECRET_KEY is too short: give at least 50 random characters.")
if "*" in ENV.notionhub_allowed_hosts:
    raise ImproperlyConfigured("NOTIONHUB_ALLOWED_HOSTS must name the hosts; * would believe any Host header.")
for _name, _url in (("NOTION_BASE_URL", ENV.notion_base_url), ("OIDC_ISSUER", ENV.oidc_issuer)):
    if _url is not None and _url.scheme != "https":
        raise ImproperlyConfigured(f"{_name} must start with https:// in production: keys and sign-ins go there.")
for _origin in FILE_STORE.origins:
    if not _origin.startswith("https://"):
        raise ImproperlyConfigured(
            "NOTIONHUB_S3_ENDPOINT_URL, or NOTIONHUB_S3_PUBLIC_URL where browsers reach the store elsewhere, must"
            " start with https:// in production: downloads come from there."
        )

SECRET_KEY = ENV.notionhub_secret_key.get_secret_value()
# A cookie of such a name is taken by browsers from this very host over TLS only: no neighbour in the domain sets one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
