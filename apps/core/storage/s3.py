"""A store that speaks S3: Amazon's, or one of one's own."""

import os
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

import boto3
from boto3.s3.transfer import TransferConfig, create_transfer_manager
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from django.core.files.base import File
from django.utils.http import content_disposition_header
from pydantic import SecretStr
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from apps.core.storage.object_file import Body, ObjectFile
from apps.core.storage.object_store import UNFINISHED_FOR, ObjectStore
from apps.core.storage.s3_address import hold_to
from apps.core.storage.s3_errors import told
from apps.core.storage_errors import StoreError

PART = 16 * 1024 * 1024
"""Bytes from which on a file goes up in parts, and of a part; the client makes parts larger where 10,000 do not do."""
AT_ONCE = 4
"""Parts of one file that are on their way at once."""
CONNECTIONS = 32
_MAKING = threading.Lock()
"""Clients are made by one thread at a time, as a session is not safe to share; the clients are."""


class S3Store(S3Storage, ObjectStore):  # type: ignore[misc]
    """django-storages' S3 storage with one client for all threads, files that stream both ways, and our errors.

    ``public_url`` is where browsers reach the store when it is not ``endpoint_url``. A client of S3 costs tens of
    milliseconds and megabytes to make and is safe to share, which the resources that django-storages uses are not.
    """

    def __init__(
        self,
        *,
        access_key: str,
        secret_key: SecretStr | None,
        addressing_style: str,
        encryption: str,
        kms_key_id: str,
        connect_timeout: float,
        read_timeout: float,
        attempts: int,
        public_url: str,
        **options: Any,
    ) -> None:
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": addressing_style},
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=CONNECTIONS,
            # Newer clients send and expect checksums that many S3-compatible stores do not know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            **options,
            access_key=access_key or None,
            secret_key=secret_key.get_secret_value() if secret_key else None,
            object_parameters=_encrypted(encryption, kms_key_id),
            client_config=config,
            transfer_config=TransferConfig(PART, max_concurrency=AT_ONCE, multipart_chunksize=PART),
            file_overwrite=False,
        )
        self._public_url = public_url
        self._clients: dict[tuple[int, str], Any] = {}

    @property
    def client(self) -> Any:
        return self._client_at(self.endpoint_url)

    def put(self, source: Path, name: str) -> None:
        self._upload(str(source), name)

    def signed_url(self, name: str, *, seconds: int, filename: str, content_type: str, method: str = "GET") -> str:
        parameters = {
            "Bucket": self.bucket_name,
            "Key": self._key(name),
            "ResponseContentDisposition": content_disposition_header(True, filename),
            "ResponseContentType": content_type,
            "ResponseCacheControl": "private, no-store",
        }
        call = "head_object" if method == "HEAD" else "get_object"
        with told(self.bucket_name):
            client = self._client_at(self._public_url or self.endpoint_url)
            return str(client.generate_presigned_url(call, Params=parameters, ExpiresIn=seconds))

    def forget_unfinished(self, folder: str, older_than: timedelta = UNFINISHED_FOR) -> int:
        before, count = datetime.now(UTC) - older_than, 0
        with told(self.bucket_name):
            pages = self.client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=f"{self._key(folder)}/"):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < before:
                        self.client.abort_multipart_upload(
                            Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                        count += 1
        return count

    def said_of_encryption(self, name: str) -> str:
        with told(self.bucket_name):
            head = self.client.head_object(Bucket=self.bucket_name, Key=self._key(name))
        found = str(head.get("ServerSideEncryption", ""))
        wanted = self.object_parameters.get("ServerSideEncryption", found)
        if found != wanted:
            raise StoreError(f"The file store was asked to encrypt with {wanted} and did not ({found or 'nothing'}).")
        return f"encrypted by the store ({found})" if found else "not encrypted by the store, as far as it says"

    def fetched(self, url: str) -> bytes:
        with told(self.bucket_name):
            answer = URLLib3Session().send(AWSRequest("GET", url).prepare())
        if answer.status_code != 200:
            raise StoreError(f"The file store refused a link that was signed for it (status {answer.status_code}).")
        return bytes(answer.content)

    # What Django asks of a storage -----------------------------------------------------------------

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        if mode != "rb":
            raise ValueError("Objects are read by opening, and written by saving.")
        key = self._key(name)

        def fetch(start: int) -> tuple[Body, int]:
            part = {"Range": f"bytes={start}-"} if start else {}
            with told(self.bucket_name):
                got = self.client.get_object(Bucket=self.bucket_name, Key=key, **part)
            return _Arriving(got["Body"], self.bucket_name), start + int(got["ContentLength"])

        return ObjectFile(fetch, name)

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        self._upload(content, name)
        return str(clean_name(name))

    def delete(self, name: str) -> None:
        with told(self.bucket_name):
            self.client.delete_object(Bucket=self.bucket_name, Key=self._key(name))

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with told(self.bucket_name):
            return int(self.client.head_object(Bucket=self.bucket_name, Key=self._key(name))["ContentLength"])

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        base = f"{key}/" if (key := self._key(name)) else ""
        folders: list[str] = []
        files: list[str] = []
        with told(self.bucket_name):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=base, Delimiter="/"):
                folders += [found["Prefix"][len(base) : -1] for found in page.get("CommonPrefixes", ())]
                files += [found["Key"][len(base) :] for found in page.get("Contents", ()) if found["Key"] != base]
        return folders, files

    def _upload(self, source: str | IO[bytes] | File[Any], name: str) -> None:
        """From a path the parts are read as they go. The client aborts an upload in parts that fails."""
        with (
            told(self.bucket_name),
            create_transfer_manager(self.client, self.transfer_config) as transfers,
        ):
            parameters = self._get_write_parameters(name)
            transfers.upload(source, self.bucket_name, self._key(name), extra_args=parameters).result()

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def _client_at(self, url: str) -> Any:
        with _MAKING:
            made_for = (os.getpid(), url)  # a process that was forked off must not use its parent's connections
            if made_for not in self._clients:
                client = _session().client(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=url,
                    aws_access_key_id=self.access_key,
                    aws_secret_access_key=self.secret_key,
                    config=self.client_config,
                )
                hold_to(client, url, self.bucket_name)
                self._clients[made_for] = client
            return self._clients[made_for]


class _Arriving:
    """The body of an answer, whose errors are told like all others."""

    def __init__(self, body: Any, bucket: str) -> None:
        self._body = body
        self._bucket = bucket

    def read(self, amount: int) -> bytes:
        with told(self._bucket):
            return bytes(self._body.read(amount))

    def close(self) -> None:
        self._body.close()


@cache
def _session() -> boto3.Session:
    """Reads the description of the protocol once, which costs twenty times as much as a client."""
    return boto3.Session()


def _encrypted(encryption: str, kms_key_id: str) -> dict[str, str]:
    if encryption == "none":
        return {}
    return {"ServerSideEncryption": encryption} | ({"SSEKMSKeyId": kms_key_id} if kms_key_id else {})
