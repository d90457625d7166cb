"""What a store that speaks S3 really gets, and what its refusals become."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from apps.core.errors import ConfigError, TransientError
from apps.core.storage import s3
from apps.core.storage.s3 import S3Store
from apps.core.storage_errors import StoreError, explained
from tests.storage.places import PREFIX, SECRET, Bucket, fetched, s3_options
from tests.storage.refusing import refusing
from tests.storage.signature import refusal

NAME = "org_1/ws_1/files/ab/abc"
LARGE = 2 * s3.PART + 1000


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(1000) * (LARGE // 1000) + b"x" * (LARGE % 1000))
    return path


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (None, None)),
        ({"encryption": "AES256"}, ("AES256", None)),
        ({"encryption": "aws:kms", "kms_key_id": "key-of-the-house"}, ("aws:kms", "key-of-the-house")),
    ],
)
@pytest.mark.parametrize("size", [100, s3.PART + 1])
def test_the_store_is_asked_to_encrypt_small_files_and_large_ones(
    s3_server: str, tmp_path: Path, changed: dict[str, str], expected: tuple[str | None, str | None], size: int
) -> None:
    bucket = Bucket(s3_server, **changed)
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    bucket.store().put(path, NAME)
    head = bucket.head(NAME)
    assert (head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")) == expected
    assert (head["ContentLength"], head["ContentType"]) == (size, "application/octet-stream")


def test_a_large_file_goes_up_in_parts_and_comes_back_from_any_place(bucket: Bucket, large: Path) -> None:
    store = bucket.store()
    store.put(large, NAME)
    content = large.read_bytes()
    assert bucket.head(NAME)["ETag"].endswith('-3"'), "three parts"
    with store.open(NAME) as opened:
        assert opened.size == LARGE
        assert opened.read(10) == content[:10]
        opened.seek(-7, os.SEEK_END)
        assert (opened.tell(), opened.read()) == (LARGE - 7, content[-7:])
        opened.seek(LARGE // 2)
        assert opened.read(100) == content[LARGE // 2 : LARGE // 2 + 100]
        opened.seek(0)
        assert opened.read() == content
    assert bucket.unfinished() == []


def test_what_is_put_again_replaces_and_what_is_saved_does_not(bucket: Bucket, tmp_path: Path) -> None:
    store, path = bucket.store(), tmp_path / "file"
    for content in (b"first", b"second"):
        path.write_bytes(content)
        store.put(path, NAME)
    assert bucket.read(NAME) == b"second"
    other = store.save(NAME, ContentFile(b"third"))
    assert other != NAME
    assert (bucket.read(NAME), bucket.read(other)) == (b"second", b"third")
    assert store.listdir("org_1/ws_1/files") == (["ab"], [])
    assert set(store.listdir("org_1/ws_1/files/ab")[1]) == {"abc", other.rpartition("/")[2]}
    assert (store.exists(NAME), store.size(NAME)) == (True, 6)
    store.delete(NAME)
    store.delete(NAME)
    assert not store.exists(NAME)
    with pytest.raises(FileNotFoundError):
        store.open(NAME)


def test_no_name_leads_out_of_the_prefix(bucket: Bucket, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with pytest.raises(SuspiciousOperation):
        bucket.store().put(path, "../other/file")


def test_a_large_upload_that_fails_leaves_no_part(bucket: Bucket, large: Path) -> None:
    store = bucket.store()
    started: list[str] = []

    def cut_off(request: object, **_: object) -> None:
        started.append("part")
        large.write_bytes(b"")
        raise OSError(5, "Input/output error")

    store.client.meta.events.register("before-send.s3.UploadPart", cut_off)
    with pytest.raises(OSError, match=r"."):
        store.put(large, NAME)
    assert started
    assert (bucket.names(), bucket.unfinished()) == (set(), [])


def test_parts_that_a_dead_process_left_are_thrown_away_after_a_day(bucket: Bucket) -> None:
    for name in (NAME, "org_2/ws_9/files/cd/cde"):
        bucket.client.create_multipart_upload(Bucket=bucket.bucket, Key=f"{PREFIX}/{name}")
    store = bucket.store()
    (begun,) = {upload["Initiated"] for upload in bucket.unfinished()}  # the server of the suite gives all one date
    age = datetime.now(UTC) - begun
    assert store.forget_unfinished("org_1/ws_1", age + timedelta(hours=1)) == 0, "it may still be on its way"
    assert store.forget_unfinished("org_1/ws_1", age - timedelta(hours=1)) == 1
    assert [upload["Key"] for upload in bucket.unfinished()] == [f"{PREFIX}/org_2/ws_9/files/cd/cde"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_signed_address_is_good_for_one_object_and_a_short_time(bucket: Bucket, method: str) -> None:
    bucket.write(NAME, b"content")
    url = bucket.store().signed_url(
        NAME, seconds=300, filename="größe 日本.html", content_type="application/octet-stream", method=method
    )
    now = datetime.now(UTC)
    assert refusal(url, SECRET, now, method) == ""
    assert refusal(url, SECRET, now + timedelta(seconds=299), method) == ""
    assert refusal(url, SECRET, now + timedelta(seconds=301), method) == "expired"
    assert refusal(url.replace("abc?", "abd?"), SECRET, now, method) == "signature"
    assert refusal(url.replace("attachment", "inline"), SECRET, now, method) == "signature"
    assert refusal(url, "another", now, method) == "signature"
    assert urlsplit(url).path == f"/{bucket.bucket}/{PREFIX}/{NAME}", "the bucket stands in the path"
    assert SECRET not in url
    if method == "GET":
        content, headers = fetched(url)
        assert content == b"content"
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment; filename*=utf-8''gr%C3%B6")
        assert headers["cache-control"] == "private, no-store"


def test_links_are_signed_for_where_browsers_reach_the_store(bucket: Bucket) -> None:
    store = bucket.store(public_url="https://files.example:9000")
    url = store.signed_url(NAME, seconds=60, filename="x", content_type="text/plain")
    assert url.startswith(f"https://files.example:9000/{bucket.bucket}/{PREFIX}/{NAME}?")
    assert refusal(url, SECRET, datetime.now(UTC)) == ""
    virtual = bucket.store(addressing_style="virtual", public_url="https://files.example")
    url = virtual.signed_url(NAME, seconds=60, filename="x", content_type="text/plain")
    assert urlsplit(url).netloc == f"{bucket.bucket}.files.example"
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]


CONFIG, PASSING = ConfigError, TransientError


@pytest.mark.parametrize(
    ("status", "code", "expected", "words"),
    [
        (403, "InvalidAccessKeyId", CONFIG, "did not accept our key"),
        (403, "SignatureDoesNotMatch", CONFIG, "did not accept our key"),
        (403, "AccessDenied", CONFIG, "refused access to the bucket “files”"),
        (403, "RequestTimeTooSkewed", CONFIG, "Set this machine's clock"),
        (404, "NoSuchBucket", CONFIG, "has no bucket “files”"),
        (400, "IllegalLocationConstraintException", CONFIG, "in another region"),
        (400, "KMS.DisabledException", CONFIG, "could not use the key that it encrypts with"),
        (400, "InvalidRequest", CONFIG, "did not accept what we asked (InvalidRequest)"),
        (403, "QuotaExceeded", CONFIG, "no room left"),
        (507, "XMinioStorageFull", CONFIG, "no room left"),
        (501, "NotImplemented", CONFIG, "did not accept what we asked"),
        (503, "SlowDown", PASSING, "did not work (SlowDown)"),
        (500, "InternalError", PASSING, "did not work (InternalError)"),
    ],
)
def test_a_refusal_becomes_a_sentence_and_is_tried_again_only_where_that_helps(
    tmp_path: Path, status: int, code: str, expected: type[Exception], words: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with refusing(status, code) as address, pytest.raises(StoreError) as caught:
        S3Store(**s3_options(address, "files")).put(path, NAME)
    told = explained(caught.value, "Nothing was kept.")
    assert type(told) is expected
    assert words in told.message
    assert "Nothing was kept." in told.message


def test_a_store_that_is_not_there_or_says_nothing_may_come_back(tmp_path: Path) -> None:
    with refusing(200, "") as address:
        closed = address
    for address, words in ((closed, "could not be reached"), ("", "ReadTimeoutError")):
        with refusing(200, "", silent_for=5) as silent, pytest.raises(StoreError) as caught:
            S3Store(**s3_options(address or silent, "files", read_timeout=0.2)).exists(NAME)
        assert isinstance(explained(caught.value), TransientError)
        assert words in caught.value.what


@pytest.mark.parametrize(("status", "code"), [(301, "PermanentRedirect"), (302, "Found"), (307, "TemporaryRedirect")])
def test_a_redirect_is_not_followed_to_an_address_that_nobody_has_set(tmp_path: Path, status: int, code: str) -> None:
    path, asked, elsewhere = tmp_path / "file", list[str](), list[str]()
    path.write_bytes(b"x")
    with refusing(200, "", asked=elsewhere) as other:
        leads = {"Location": f"{other}/bucket/{NAME}", "x-amz-bucket-region": "us-west-2"}
        with refusing(status, code, headers=leads, asked=asked) as address:
            store = S3Store(**s3_options(address, "bucket", attempts=3))
            for use in (store.open, store.size, store.delete, lambda name: store.put(path, name), store.listdir):
                with pytest.raises(StoreError, match="another region, or"):
                    use(NAME)
    assert asked
    assert not elsewhere


def test_a_client_that_is_led_elsewhere_sends_nothing(bucket: Bucket) -> None:
    store, elsewhere = bucket.store(), list[str]()
    with refusing(200, "", asked=elsewhere) as other:

        def lead(request: AWSRequest, **_: object) -> None:
            request.url = request.url.replace(bucket.endpoint_url, other)

        store.client.meta.events.register("request-created.s3", lead)
        with pytest.raises(StoreError, match="nothing was sent"):
            store.save(NAME, ContentFile(b"secret"))
    assert not elsewhere
    assert bucket.names() == set()


def test_an_answer_that_breaks_off_is_an_error_of_the_disk_kind(bucket: Bucket) -> None:
    bucket.write(NAME, b"x" * 3_000_000)
    with bucket.store().open(NAME) as opened:
        opened.read(10)
        bucket.remove(NAME)
        opened.seek(2_500_000)
        with pytest.raises(FileNotFoundError):
            opened.read()


def test_the_check_says_what_works_and_what_does_not(bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_storage")
    told = capsys.readouterr().out
    assert "fetched it by a signed link" in told
    assert told.endswith("The file store works.\n")
    assert bucket.names() == set()
    bucket.client.delete_bucket(Bucket=bucket.bucket)
    with pytest.raises(CommandError, match=f"no bucket “{bucket.bucket}”"):
        call_command("check_storage")


@pytest.mark.usefixtures("disk")
def test_the_check_tries_a_disk_too(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_storage")
    assert "The file store works." in capsys.readouterr().out


def test_the_check_finds_a_store_that_does_not_encrypt(bucket: Bucket) -> None:
    store = bucket.store()
    bucket.write(NAME, b"x")
    asking = bucket.store(encryption="aws:kms")
    assert store.said_of_encryption(NAME).startswith("not encrypted")
    with pytest.raises(StoreError, match="was asked to encrypt with aws:kms and did not"):
        asking.said_of_encryption(NAME)
