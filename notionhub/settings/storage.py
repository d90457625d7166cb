"""Where files lie, made from the environment alone: a folder under ``NOTIONHUB_VAR``, or a store that speaks S3."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from notionhub.settings.environment import Environment

SWITCH = "NOTIONHUB_STORAGE"


@dataclass(frozen=True, slots=True)
class FileStore:
    """``backend`` is an entry of Django's ``STORAGES``; ``origins`` are those that links to files lead to."""

    backend: dict[str, Any]
    origins: tuple[str, ...] = ()


def file_store(env: Environment) -> FileStore:
    """Raises ``ImproperlyConfigured`` for settings that do not go together."""
    if env.notionhub_storage == "disk":
        if env.notionhub_s3_bucket:
            raise ImproperlyConfigured(f"NOTIONHUB_S3_BUCKET is set but {SWITCH} is not s3: set both or neither.")
        return FileStore(_disk(env))
    _check(env)
    return FileStore(_s3(env), (_origin(env),))


def _disk(env: Environment) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.notionhub_var / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _check(env: Environment) -> None:
    if find_spec("boto3") is None:
        raise ImproperlyConfigured(f"{SWITCH} is s3 but boto3 is not installed: install requirements/production.txt.")
    if not env.notionhub_s3_bucket:
        raise ImproperlyConfigured(f"NOTIONHUB_S3_BUCKET is not set: {SWITCH} is s3, which needs a bucket.")
    if env.notionhub_s3_endpoint_url is None and not env.notionhub_s3_region:
        raise ImproperlyConfigured(
            "NOTIONHUB_S3_REGION is not set: give the bucket's region, or NOTIONHUB_S3_ENDPOINT_URL of another store."
        )
    if bool(env.notionhub_s3_key_id) != bool(env.notionhub_s3_secret_key):
        raise ImproperlyConfigured("NOTIONHUB_S3_KEY_ID and NOTIONHUB_S3_SECRET_KEY go together: set both or neither.")
    if env.notionhub_s3_kms_key_id and env.notionhub_s3_encryption != "aws:kms":
        raise ImproperlyConfigured("NOTIONHUB_S3_KMS_KEY_ID is set but NOTIONHUB_S3_ENCRYPTION is not aws:kms.")
    if _style(env) == "virtual" and "." in env.notionhub_s3_bucket:
        raise ImproperlyConfigured(
            "NOTIONHUB_S3_BUCKET has a dot, which no certificate of a store covers: set NOTIONHUB_S3_ADDRESSING_STYLE "
            "to path."
        )


def _s3(env: Environment) -> dict[str, Any]:
    return {
        "BACKEND": "apps.core.storage.s3.S3Store",
        "OPTIONS": {
            "bucket_name": env.notionhub_s3_bucket,
            "location": env.notionhub_s3_prefix,
            "region_name": env.notionhub_s3_region or "us-east-1",  # what stores without regions are asked for
            "endpoint_url": _endpoint(env),
            "public_url": str(env.notionhub_s3_public_url or "").rstrip("/"),
            "addressing_style": _style(env),
            "access_key": env.notionhub_s3_key_id,
            "secret_key": env.notionhub_s3_secret_key,
            "encryption": env.notionhub_s3_encryption,
            "kms_key_id": env.notionhub_s3_kms_key_id,
            "connect_timeout": env.notionhub_s3_connect_timeout,
            "read_timeout": env.notionhub_s3_read_timeout,
            "attempts": env.notionhub_s3_attempts,
        },
    }


def _style(env: Environment) -> str:
    """Stores of one's own seldom have a host name for each bucket."""
    return env.notionhub_s3_addressing_style or ("path" if env.notionhub_s3_endpoint_url else "virtual")


def _endpoint(env: Environment) -> str:
    """Named always, so that the client asks no other address and links lead where the page's policy allows."""
    if env.notionhub_s3_endpoint_url:
        return str(env.notionhub_s3_endpoint_url).rstrip("/")
    domain = "amazonaws.com.cn" if env.notionhub_s3_region.startswith("cn-") else "amazonaws.com"
    return f"https://s3.{env.notionhub_s3_region}.{domain}"


def _origin(env: Environment) -> str:
    parts = urlsplit(str(env.notionhub_s3_public_url or _endpoint(env)))
    host = f"{env.notionhub_s3_bucket}.{parts.netloc}" if _style(env) == "virtual" else parts.netloc
    return f"{parts.scheme}://{host.rpartition('@')[2]}"
