"""The two places where files may lie, seen from behind: what is really there, whatever the product says."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
from botocore.config import Config
from django.conf import LazySettings
from django.test import Client
from pydantic import SecretStr

from apps.core.storage.s3 import S3Store

KEY_ID, SECRET = "suite-key", "suite-secret"
PREFIX = "house/files"
_numbers = itertools.count(1)


class Place(ABC):
    @abstractmethod
    def entry(self) -> dict[str, Any]:
        """What ``settings.STORAGES["default"]`` becomes."""

    @abstractmethod
    def names(self) -> set[str]: ...

    @abstractmethod
    def read(self, name: str) -> bytes: ...

    @abstractmethod
    def write(self, name: str, content: bytes) -> None: ...

    @abstractmethod
    def remove(self, name: str) -> None: ...

    def use(self, settings: LazySettings) -> None:
        settings.STORAGES = {**settings.STORAGES, "default": self.entry()}


class Disk(Place):
    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self) -> dict[str, Any]:
        options = {"location": self.root, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}

    def names(self) -> set[str]:
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(content)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()


def s3_options(endpoint_url: str, bucket: str, **changed: Any) -> dict[str, Any]:
    """Options of :class:`S3Store`; nothing waits long, and no address but the given one is ever asked."""
    options = {
        "bucket_name": bucket,
        "location": PREFIX,
        "region_name": "eu-central-1",
        "endpoint_url": endpoint_url,
        "public_url": "",
        "addressing_style": "path",
        "access_key": KEY_ID,
        "secret_key": SecretStr(SECRET),
        "encryption": "none",
        "kms_key_id": "",
        "connect_timeout": 1,
        "read_timeout": 2,
        "attempts": 1,
    }
    return options | changed


class Bucket(Place):
    def __init__(self, endpoint_url: str, **changed: Any) -> None:
        self.endpoint_url = endpoint_url
        self.bucket = f"suite-{next(_numbers)}"
        self.changed = changed
        self.client = boto3.client(
            "s3",
            endpoint_url=endpoint_url,
            region_name="eu-central-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )
        self.create()

    def create(self) -> None:
        self.client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})

    def store(self, **changed: Any) -> S3Store:
        return S3Store(**s3_options(self.endpoint_url, self.bucket, **self.changed | changed))

    def entry(self) -> dict[str, Any]:
        options = s3_options(self.endpoint_url, self.bucket, **self.changed)
        return {"BACKEND": "apps.core.storage.s3.S3Store", "OPTIONS": options}

    def names(self) -> set[str]:
        found = self.client.list_objects_v2(Bucket=self.bucket, MaxKeys=1000)
        assert not found["IsTruncated"]
        keys = {entry["Key"] for entry in found.get("Contents", ())}
        assert all(key.startswith(f"{PREFIX}/") for key in keys)
        return {key.removeprefix(f"{PREFIX}/") for key in keys}

    def read(self, name: str) -> bytes:
        got = self.client.get_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}")
        return bytes(got["Body"].read())

    def write(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}", Body=content)

    def remove(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}")

    def head(self, name: str) -> dict[str, Any]:
        return dict(self.client.head_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}"))

    def unfinished(self) -> list[dict[str, Any]]:
        return list(self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", ()))


def fetched(address: str) -> tuple[bytes, dict[str, str]]:
    """What somebody gets who has the address and nothing else; from us, or from a store."""
    if address.startswith("/"):
        answer = Client().get(address)
        assert answer.status_code == 200, answer.content
        return b"".join(answer.streaming_content), lowered(answer.headers)  # type: ignore[attr-defined]
    with urlopen(address) as response:
        return response.read(), lowered(response.headers)


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
