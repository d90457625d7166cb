"""What holds everywhere. Values that differ by installation come from ``environment``."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext

from notionhub.settings import environment
from notionhub.settings.environment import BASE_DIR
from notionhub.settings.mail import mail_server
from notionhub.settings.providers import sign_in_providers
from notionhub.settings.storage import file_store

django_stubs_ext.monkeypatch()

ENV = environment.load()
VAR_DIR = ENV.notionhub_var

# The site ------------------------------------------------------------------------------------------
DEBUG = False
BASE_URL = str(ENV.notionhub_base_url).rstrip("/")
ALLOWED_HOSTS = ENV.notionhub_allowed_hosts
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "notionhub.urls"
WSGI_APPLICATION = "notionhub.wsgi.application"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "csp",
    "apps.core",
    "apps.access",
    "apps.audit",
    "apps.jobs",
    "apps.accounts",
    "apps.organizations",
    "apps.keys",
    "apps.workspaces",
    "apps.snapshots",
    "apps.exports",
    "apps.dashboard",
]

MIDDLEWARE = [
    # These four put headers on what everything below them answers, refusals and static files included.
    "apps.core.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestIdMiddleware",
    "apps.core.middleware.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.organizations.door.DoorMiddleware",
    "apps.core.rest.rates.RatesMiddleware",
    "apps.core.middleware.ErrorsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "apps.organizations.context.page",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
COTTON_DIR = "components"
FORM_RENDERER = "apps.core.forms.Renderer"

# Database, cache, files ----------------------------------------------------------------------------
SQLITE_OPTIONS = {
    # Without these a quarter of concurrent write transactions fail with "database is locked".
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA auto_vacuum=INCREMENTAL;PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA busy_timeout=20000;PRAGMA cache_size=-4000;"
    ),
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        ENV.database_url.get_secret_value() if ENV.database_url else f"sqlite:///{VAR_DIR / 'notionhub.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
else:
    DATABASES["default"]["ENGINE"] = "apps.core.postgresql"
    limits = {"idle_seconds": ENV.notionhub_database_idle_seconds, "lock_seconds": ENV.notionhub_database_lock_seconds}
    DATABASES["default"].setdefault("OPTIONS", {}).update(limits)

REDIS_URL = ENV.redis_url.get_secret_value() if ENV.redis_url else None
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
FILE_STORE = file_store(ENV)
STORAGES: dict[str, Any] = {
    "default": FILE_STORE.backend,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticroot"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
LINK_SECONDS = ENV.notionhub_link_seconds

# Jobs ----------------------------------------------------------------------------------------------
JOBS = {
    "io_workers": ENV.notionhub_io_workers,
    "cpu_workers": ENV.notionhub_cpu_workers,
    "lanes_per_worker": ENV.notionhub_lanes_per_worker,
    "lane_opener": "apps.workspaces.lanes.open_lane",
    # What must be imported so that every job kind, and everything that a schedule can start, is registered.
    "modules": [
        "apps.jobs.mail",
        "apps.organizations.jobs",
        "apps.organizations.sign_in.jobs",
        "apps.keys.jobs",
        "apps.workspaces.keys.jobs",
        "apps.workspaces.rotations.jobs",
        "apps.snapshots.jobs",
        "apps.exports.jobs",
        "apps.audit.jobs",
        "apps.snapshots.schedulable",
        "apps.exports.schedulable",
    ],
    # What the ticker calls every few seconds: apps/jobs/chores.py says what a chore may do.
    "chores": [
        "apps.core.rest.idempotency.forget_old",
        "apps.organizations.deletion.come_to_due",
        "apps.organizations.credentials.signing.roll_over",
        "apps.workspaces.webhooks.receiving.forget_old",
        "apps.snapshots.on_change.start_due",
        "apps.audit.sealing.seal_everywhere",
        "apps.audit.retention.apply_due",
        "apps.audit.forwarding.turns.take_turns",
        "apps.keys.jobs.rewrap_due",
        "apps.workspaces.keys.chores.look_after_keys",
    ],
}
_SLICE = 15 * 60
_BROKER: dict[str, Any] = {"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}
Q_CLUSTER: dict[str, Any] = {
    "name": "io",
    "workers": ENV.notionhub_io_workers,
    "queue_limit": ENV.notionhub_io_workers,
    "timeout": _SLICE + 120,
    "retry": 2 * (_SLICE + 120),
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "max_rss": 400_000,  # kB; also the bound at which a runner hands over
    "poll": 0.2,
    "catch_up": False,
    **_BROKER,
    "ALT_CLUSTERS": {
        "cpu": {
            "workers": ENV.notionhub_cpu_workers,
            "queue_limit": ENV.notionhub_cpu_workers,
            "timeout": _SLICE + 120,
            "retry": 2 * (_SLICE + 120),
            "max_attempts": 1,
            "ack_failures": True,
            "save_limit": -1,
            "max_rss": 400_000,
            "poll": 0.2,
            "scheduler": False,
            **_BROKER,
        }
    },
}

# Notion --------------------------------------------------------------------------------------------
NOTION_BASE_URL = str(ENV.notion_base_url).rstrip("/")
NOTION_RATE_LIMIT = ENV.notion_rate_limit
NOTION_RATE_WINDOW = ENV.notion_rate_window
SNAPSHOT_FULL_SWEEP_DAYS = ENV.notionhub_full_sweep_days
NOTION_API_VERSION = ENV.notion_api_version
NOTION_OAUTH_CLIENT_ID = ENV.notion_oauth_client_id
NOTION_OAUTH_CLIENT_SECRET = ENV.notion_oauth_client_secret
NOTION_NETWORK: str | None = None
"""Dotted path of a callable that gives the network transport; None means the real network."""

# Notion keys ---------------------------------------------------------------------------------------
KEY_GRACE_DAYS = ENV.notionhub_key_grace_days
KEY_REFRESH_DAYS = ENV.notionhub_key_refresh_days
KEY_REACH, KEY_REACH_COUNT = "apps.snapshots.reach.expected_roots", "apps.snapshots.reach.objects_behind"
"""What earlier captures know that a workspace's key reaches: its roots, and how many objects lie behind each."""

# E-mail --------------------------------------------------------------------------------------------
_mail = mail_server(ENV.email_url)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail else 'console'}.EmailBackend"
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = ENV.email_from
if _mail:
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls

# Keys, people, audit -------------------------------------------------------------------------------
MASTER_KEYS = ENV.notionhub_master_keys
KEY_PROVIDERS = ENV.notionhub_key_providers
"""Who holds the master keys; the first key of the first one wraps, all open what they have wrapped."""
MASTER_KEYS_PATH = ENV.notionhub_master_keys_path
KMS_KEYS = ENV.notionhub_kms_keys
KMS_ENDPOINT_URL = str(ENV.notionhub_kms_endpoint_url) if ENV.notionhub_kms_endpoint_url else None
DATA_KEY_SECONDS = ENV.notionhub_data_key_seconds
OPERATION_RECORDER = "apps.audit.recording.record"
COLLECTOR_NETWORKS = ENV.notionhub_collector_networks
"""Networks that are not on the public internet and that entries of the audit log may be sent to all the same."""
ISSUER_NETWORKS = ENV.notionhub_issuer_networks
"""The same for the issuers that organizations sign in at."""
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
ANYBODY_FOUNDS = ENV.notionhub_founders == "anybody"
"""Whether any signed-in person may create an organization, or only the operator of the installation."""
INVITATION_DAYS = ENV.notionhub_invitation_days
DELETION_DAYS = ENV.notionhub_deletion_days
ERASED_APART = {"audit.AuditEntry": "apps.audit.retention.erase_some"}
"""Tables of an organization that are not deleted row by row, and what deletes some of them and says how many."""
NAVIGATION = "apps.dashboard.navigation.entries"

# API credentials -----------------------------------------------------------------------------------
TOKEN_DAYS, TOKEN_MAX_DAYS = ENV.notionhub_token_days, ENV.notionhub_token_max_days
TOKEN_GRACE = timedelta(hours=ENV.notionhub_token_grace_hours)
TOKEN_MAX_GRACE = timedelta(days=7)
ACCESS_TOKEN_SECONDS = ENV.notionhub_access_token_seconds
SIGNING_KEY_DAYS = ENV.notionhub_signing_key_days
TOKEN_REQUESTS = {"client": 60, "address": 120}
"""How many requests for access tokens a client, and an address, may send in a minute."""
if BASE_URL.startswith("http://"):  # on this machine only: production refuses such an address
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

# Signing in ----------------------------------------------------------------------------------------
LOGIN_URL = "accounts:sign_in"
SIGN_IN_RECORDER = "apps.organizations.sessions.signed_in"
SIGN_IN_REFUSAL_RECORDER = "apps.organizations.sessions.refused"
SIGN_OUT_RECORDER = "apps.organizations.sessions.signed_out"
ACCOUNT_RECORDER = "apps.organizations.sessions.noted"
TENANT_PROVIDERS = "apps.organizations.sign_in.providers"
SIGN_IN_TRIES = {"address": 120, "person": 20, "factor": 6}
"""Steps of signing in from an address in a minute; sign-ins of a person through one provider, and tries of their second
factor, in five minutes."""
SIGN_IN_PROVIDERS = sign_in_providers(ENV)

# Browser security ----------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # not Strict: the provider's redirect must carry the sign-in's state
SESSION_COOKIE_AGE = 14 * 24 * 3600
FRESH_SIGN_IN = 10 * 60  # seconds for which a sign-in is good for what is dangerous
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads the cookie
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
if ENV.notionhub_trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_FOR = ENV.notionhub_trust_proxy


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *FILE_STORE.origins],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # Chromium applies form-action to the redirect that follows a form, too.
        "form-action": ["'self'", _origin(NOTION_BASE_URL), *(p.origin for p in SIGN_IN_PROVIDERS.values())],
    }
}

# Limits on what comes in ---------------------------------------------------------------------------
BODY_LIMITS = {
    "application/json": 1_000_000,
    "application/x-www-form-urlencoded": 1_000_000,
    "multipart/form-data": 1_000_000,
}
"""The bodies that are read at all, and how many bytes of them."""
DATA_UPLOAD_MAX_MEMORY_SIZE = max(BODY_LIMITS.values())
DATA_UPLOAD_MAX_NUMBER_FILES = 0  # no form takes a file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
MAX_QUERY_STRING = 4_096

# API -----------------------------------------------------------------------------------------------
API_RATE, API_BURST = ENV.notionhub_api_rate, ENV.notionhub_api_burst
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.api_access.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api_access.ActorRequired"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.rest.schema.Schema",
    "EXCEPTION_HANDLER": "apps.core.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # ?format= is the format of an export
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "NotionHub API",
    "VERSION": "1",
    "DESCRIPTION": "Everything a person can do in the browser, under the same permissions and into the same audit log.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.rest.description.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CredentialKind": "apps.organizations.models.CredentialKind",
        "RotationMode": "apps.workspaces.models.RotationMode",
        "GrantRole": ["admin", "operator", "viewer"],
        "Role": "apps.organizations.people.serializers.ROLES",
        "ExportStatus": "apps.exports.models.ExportState.values",
        "MissedRuns": "apps.jobs.models.Missed.values",
        "ObjectChange": "apps.snapshots.compare.serializers.CHANGES",
        "ObjectKind": "apps.snapshots.models.Kind.values",
        "SchemaChange": ["added", "removed", "renamed", "changed"],
    },
}

# Logs ----------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"()": "apps.core.logs.formatter", "style": "console"},
        "json": {"()": "apps.core.logs.formatter", "style": "json"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENV.notionhub_log_format}},
    "root": {"handlers": ["stderr"], "level": ENV.notionhub_log_level},
    "loggers": {
        "django-q": {"level": "WARNING"},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "authlib": {"level": "WARNING"},  # its debug lines hold code verifiers
        # the store's client writes signed addresses into its debug lines
        **{name: {"level": "WARNING"} for name in ("boto3", "botocore", "s3transfer", "urllib3")},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}
