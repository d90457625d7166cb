"""Everything that can be set from outside, read once and strictly.

Each field is an environment variable of the same name in upper case. A value that does not fit stops
the start with a sentence that names the variable; secrets are never repeated in it. A secret may also
come from a file: ``X_FILE`` holds the path (Docker and Kubernetes mount secrets so).
"""

import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from apps.notion.versions import CURRENT, VERSIONS, no_such_version

BASE_DIR = Path(__file__).resolve().parent.parent.parent

Names = Annotated[list[str], NoDecode]


def _with(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """An address of a service, which may hold a password, with one of these schemes."""

    def check(url: SecretStr) -> SecretStr:
        if urlsplit(url.get_secret_value()).scheme not in schemes:
            raise ValueError(f"it starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return url

    return check


class Environment(BaseSettings):
    """The installation's configuration."""

    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore", env_ignore_empty=True)

    # The site
    notionhub_base_url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:8000")
    notionhub_allowed_hosts: Names = ["127.0.0.1", "localhost"]
    notionhub_secret_key: SecretStr | None = None
    notionhub_master_keys: SecretStr | None = Field(
        None, description="`id:base64 of 32 bytes`, newest first, comma separated"
    )
    notionhub_key_providers: Names = ["environment"]
    notionhub_master_keys_path: str = ""
    notionhub_kms_keys: Names = []
    notionhub_kms_endpoint_url: AnyHttpUrl | None = None
    notionhub_data_key_seconds: float = Field(300, ge=0, le=3600, description="an opened data key stays in memory")
    notionhub_var: Path = BASE_DIR / "var"
    notionhub_log_format: Literal["console", "json"] = "console"
    notionhub_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    notionhub_trust_proxy: bool = False

    # Services
    database_url: Annotated[SecretStr, AfterValidator(_with("postgres", "postgresql", "sqlite"))] | None = None
    notionhub_database_idle_seconds: int = Field(30, ge=0, le=86_400, description="of a transaction; 0 is for ever")
    notionhub_database_lock_seconds: int = Field(60, ge=0, le=86_400, description="that a statement waits for a lock")
    redis_url: Annotated[SecretStr, AfterValidator(_with("redis", "rediss", "unix"))] | None = None
    notionhub_io_workers: int = Field(1, ge=1, le=64)
    notionhub_cpu_workers: int = Field(1, ge=1, le=64)
    notionhub_lanes_per_worker: int = Field(200, ge=1, le=2000)

    # Files
    notionhub_storage: Literal["disk", "s3"] = "disk"
    notionhub_link_seconds: int = Field(300, ge=10, le=24 * 3600, description="how long a download link is good")
    notionhub_s3_bucket: str = Field("", pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")
    notionhub_s3_prefix: str = Field("", pattern=r"^([\w.=-]*[\w=-][\w.=-]*(/[\w.=-]*[\w=-][\w.=-]*)*)?$")
    notionhub_s3_region: str = Field("", pattern=r"^[a-z0-9-]*$")
    notionhub_s3_endpoint_url: AnyHttpUrl | None = None
    notionhub_s3_public_url: AnyHttpUrl | None = None
    notionhub_s3_addressing_style: Literal["path", "virtual"] | None = None
    notionhub_s3_key_id: str = ""
    notionhub_s3_secret_key: SecretStr | None = None
    notionhub_s3_encryption: Literal["none", "AES256", "aws:kms"] = "none"
    notionhub_s3_kms_key_id: str = ""
    notionhub_s3_connect_timeout: float = Field(5, gt=0, le=300, description="seconds")
    notionhub_s3_read_timeout: float = Field(60, gt=0, le=3600, description="seconds")
    notionhub_s3_attempts: int = Field(4, ge=1, le=20, description="of one request, the first included")

    # API credentials
    notionhub_token_days: int = Field(90, ge=1, le=3650, description="for which a credential lives unless asked")
    notionhub_token_max_days: int = Field(365, ge=0, le=3650, description="that can be asked for; 0 is without end")
    notionhub_token_grace_hours: int = Field(24, ge=0, le=168, description="for which a replaced secret works on")
    notionhub_access_token_seconds: int = Field(600, ge=60, le=900)
    notionhub_signing_key_days: int = Field(30, ge=2, le=365, description="after which another key signs")

    # The API
    notionhub_api_rate: int = Field(600, ge=0, le=1_000_000, description="requests of a credential a minute; 0: any")
    notionhub_api_burst: int = Field(100, ge=1, le=1_000_000, description="requests of a credential at once")

    # The audit log
    notionhub_collector_networks: Names = Field([], description="networks of our own that entries may be sent to")

    # Sign-in of organizations
    notionhub_issuer_networks: Names = Field([], description="networks of our own where their issuers may answer")

    # Notion
    notion_base_url: AnyHttpUrl = AnyHttpUrl("https://api.notion.com")
    notion_rate_limit: int = Field(180, ge=1, description="requests per window and connection")
    notion_rate_window: float = Field(60.0, gt=0, description="seconds")
    notion_api_version: str = Field(CURRENT, description="of newly connected workspaces")
    notion_oauth_client_id: str = ""
    notion_oauth_client_secret: SecretStr | None = None

    notionhub_key_grace_days: int = Field(7, ge=0, le=90, description="an old key stays to go back to")
    notionhub_key_refresh_days: float = Field(30, ge=0, description="after which OAuth tokens are replaced; 0 is never")
    notionhub_full_sweep_days: float = Field(7, ge=0, description="after which a capture reads everything again")

    # Organizations and e-mail
    notionhub_founders: Literal["anybody", "operator"] = "anybody"
    notionhub_invitation_days: int = Field(7, ge=1, le=90, description="for which an invitation is good")
    notionhub_deletion_days: int = Field(14, ge=1, le=365, description="that an organization waits to be deleted")
    email_url: Annotated[SecretStr, AfterValidator(_with("smtp", "smtp+starttls", "smtps"))] | None = None
    email_from: str = Field("NotionHub <notionhub@localhost>", description="whom letters come from")

    # Sign-in: a provider is offered when its client id is set
    google_client_id: str = ""
    google_client_secret: SecretStr | None = None
    github_client_id: str = ""
    github_client_secret: SecretStr | None = None
    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr | None = None
    microsoft_tenant: str = "organizations"
    oidc_name: str = "Single sign-on"
    oidc_issuer: AnyHttpUrl | None = None
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None

    @field_validator("notionhub_key_providers")
    @classmethod
    def known(cls, value: list[str]) -> list[str]:
        known = ("environment", "file", "local", "aws-kms")
        if not value or any(name not in known for name in value):
            raise ValueError(f"it lists one or more of {', '.join(known)}")
        return value

    @field_validator("notionhub_kms_keys")
    @classmethod
    def arns(cls, value: list[str]) -> list[str]:
        if any(not re.fullmatch(r"arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", arn) for arn in value):
            raise ValueError("it lists keys by their ARN, arn:aws:kms:region:account:key/id")
        return value

    @field_validator("notion_api_version")
    @classmethod
    def existing(cls, value: str) -> str:
        if value not in VERSIONS:
            raise ValueError(no_such_version(value))
        return value

    @field_validator("email_from")
    @classmethod
    def one_address(cls, value: str) -> str:
        _, address = parseaddr(value)
        if not address or "@" not in address or any(char in value for char in "\r\n"):
            raise ValueError("it is one address, such as NotionHub <hub@acme.example>")
        return value

    @field_validator("notionhub_collector_networks", "notionhub_issuer_networks")
    @classmethod
    def networks(cls, value: list[str]) -> list[str]:
        return [str(ip_network(item)) for item in value]

    @field_validator(
        "notionhub_allowed_hosts", "notionhub_collector_networks", "notionhub_issuer_networks", mode="before"
    )
    @classmethod
    def split(cls, value: object) -> object:
        return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def load() -> Environment:
    """Read the environment. Raises ``ImproperlyConfigured`` with one sentence per bad variable."""
    try:
        return Environment(**_from_files())
    except ValidationError as error:
        raise ImproperlyConfigured(" ".join(_sentence(item) for item in error.errors())) from None


def _from_files() -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in Environment.model_fields:
        path = os.environ.get(f"{name.upper()}_FILE")
        if path:
            try:
                values[name] = Path(path).read_text().strip()
            except OSError as error:
                raise ImproperlyConfigured(
                    f"{name.upper()}_FILE names a file that cannot be read: {error.strerror}."
                ) from error
    return values


def _sentence(item: object) -> str:
    details = dict(item)  # type: ignore[call-overload]
    name = str(details["loc"][0])
    secret = "SecretStr" in str(Environment.model_fields[name].annotation)
    given = "" if secret else f" (it is {details['input']!r})"
    return f"The environment variable {name.upper()} is malformed{given}: {details['msg']}."
