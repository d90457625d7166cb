"""Where files lie follows from the environment alone; what does not go together is said in a sentence."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.core.storage.s3 import S3Store
from notionhub.settings.environment import load
from notionhub.settings.storage import file_store
from tests.core.test_production import GOOD, ROOT

AMAZON = {"NOTIONHUB_STORAGE": "s3", "NOTIONHUB_S3_BUCKET": "acme-notion", "NOTIONHUB_S3_REGION": "eu-central-1"}
OWN = {
    "NOTIONHUB_STORAGE": "s3",
    "NOTIONHUB_S3_BUCKET": "acme.notion",
    "NOTIONHUB_S3_ENDPOINT_URL": "http://store:9000/",
    "NOTIONHUB_S3_KEY_ID": "key",
    "NOTIONHUB_S3_SECRET_KEY": "hidden-word",
}


def give(patch: pytest.MonkeyPatch, *given: dict[str, str]) -> None:
    for name, value in {name: value for one in given for name, value in one.items()}.items():
        patch.setenv(name, value)


def test_without_a_word_files_lie_on_the_disk() -> None:
    store = file_store(load())
    assert store.backend["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert store.origins == ()


@pytest.mark.parametrize(
    ("given", "endpoint", "style", "origin"),
    [
        (
            AMAZON,
            "https://s3.eu-central-1.amazonaws.com",
            "virtual",
            "https://acme-notion.s3.eu-central-1.amazonaws.com",
        ),
        (
            AMAZON | {"NOTIONHUB_S3_REGION": "cn-north-1", "NOTIONHUB_S3_ADDRESSING_STYLE": "path"},
            "https://s3.cn-north-1.amazonaws.com.cn",
            "path",
            "https://s3.cn-north-1.amazonaws.com.cn",
        ),
        (OWN, "http://store:9000", "path", "http://store:9000"),
        (
            OWN | {"NOTIONHUB_S3_PUBLIC_URL": "https://files.example"},
            "http://store:9000",
            "path",
            "https://files.example",
        ),
    ],
)
def test_a_store_and_the_origin_that_pages_may_show_pictures_from(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], endpoint: str, style: str, origin: str
) -> None:
    give(monkeypatch, given)
    made = file_store(load())
    options = made.backend["OPTIONS"]
    assert (options["endpoint_url"], options["addressing_style"], made.origins) == (endpoint, style, (origin,))
    assert "hidden-word" not in repr(made)
    store = S3Store(**options | {"access_key": "key", "secret_key": None})
    config = store.client_config
    assert (config.signature_version, config.s3["addressing_style"]) == ("s3v4", style)
    assert config.request_checksum_calculation == config.response_checksum_validation == "when_required"
    assert not store.file_overwrite


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"NOTIONHUB_S3_BUCKET": "acme-notion"}, "NOTIONHUB_S3_BUCKET is set but NOTIONHUB_STORAGE is not s3"),
        ({"NOTIONHUB_STORAGE": "s3"}, "NOTIONHUB_S3_BUCKET is not set"),
        (AMAZON | {"NOTIONHUB_S3_REGION": ""}, "NOTIONHUB_S3_REGION is not set"),
        (AMAZON | {"NOTIONHUB_S3_KEY_ID": "key"}, "set both or neither"),
        (AMAZON | {"NOTIONHUB_S3_KMS_KEY_ID": "key"}, "NOTIONHUB_S3_ENCRYPTION is not aws:kms"),
        (AMAZON | {"NOTIONHUB_S3_BUCKET": "acme.notion"}, "NOTIONHUB_S3_ADDRESSING_STYLE to path"),
        (AMAZON | {"NOTIONHUB_S3_BUCKET": "Acme"}, "NOTIONHUB_S3_BUCKET is malformed"),
        (AMAZON | {"NOTIONHUB_S3_PREFIX": "../up"}, "NOTIONHUB_S3_PREFIX is malformed"),
        (AMAZON | {"NOTIONHUB_S3_PREFIX": "/up/"}, "NOTIONHUB_S3_PREFIX is malformed"),
        (AMAZON | {"NOTIONHUB_S3_ENCRYPTION": "aes"}, "NOTIONHUB_S3_ENCRYPTION is malformed"),
        (AMAZON | {"NOTIONHUB_S3_ENDPOINT_URL": "store"}, "NOTIONHUB_S3_ENDPOINT_URL is malformed"),
        ({"NOTIONHUB_LINK_SECONDS": "5"}, "NOTIONHUB_LINK_SECONDS is malformed"),
    ],
)
def test_what_does_not_go_together_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str
) -> None:
    give(monkeypatch, given)
    with pytest.raises(ImproperlyConfigured, match=words):
        file_store(load())


@pytest.mark.parametrize("prefix", ["notionhub", "a/b.c/d-e_f", "v=1/x"])
def test_prefixes_that_are_folders(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    give(monkeypatch, AMAZON, {"NOTIONHUB_S3_PREFIX": prefix})
    assert file_store(load()).backend["OPTIONS"]["location"] == prefix


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        (OWN, 1, "downloads come from there"),
        (OWN | {"NOTIONHUB_S3_PUBLIC_URL": "https://files.example"}, 0, "'data:', 'https://files.example']"),
    ],
)
def test_production_sends_browsers_to_https_only_and_lets_them_show_pictures_from_there(
    given: dict[str, str], status: int, words: str
) -> None:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("NOTION", "OIDC", "DJANGO"))}
    asked = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, cwd=ROOT, env=kept | GOOD | given, capture_output=True, text=True)
    assert done.returncode == status
    assert words in done.stdout + done.stderr
