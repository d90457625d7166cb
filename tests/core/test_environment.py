"""Settings from the environment: strict, and silent about secrets."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from notionhub.settings.environment import BASE_DIR, Environment, load
from notionhub.settings.providers import sign_in_providers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIONHUB_BASE_URL", "not a url"),
        ("NOTION_RATE_LIMIT", "many"),
        ("NOTION_RATE_WINDOW", "-1"),
        ("NOTION_API_VERSION", "2024-05-22"),
        ("NOTIONHUB_IO_WORKERS", "0"),
        ("NOTIONHUB_TRUST_PROXY", "perhaps"),
        ("NOTIONHUB_LOG_FORMAT", "xml"),
        ("OIDC_ISSUER", "issuer"),
    ],
)
def test_a_malformed_value_stops_the_start_with_a_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is malformed.*{value}"):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://ada:hidden-word@host/name"), ("REDIS_URL", "http://:hidden-word@host")],
)
def test_the_address_of_a_service_that_does_not_fit_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is malformed: .*it starts with") as refused:
        load()
    assert "hidden-word" not in str(refused.value)


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("from-a-file\n")
    monkeypatch.setenv("NOTIONHUB_SECRET_KEY_FILE", str(path))
    secret = load().notionhub_secret_key
    assert secret is not None
    assert secret.get_secret_value() == "from-a-file"
    assert "from-a-file" not in repr(load())


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIONHUB_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="NOTIONHUB_SECRET_KEY_FILE"):
        load()


def test_providers_come_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE", "GITHUB", "MICROSOFT", "OIDC"):
        monkeypatch.setenv(f"{name}_CLIENT_ID", "id")
        monkeypatch.setenv(f"{name}_CLIENT_SECRET", "hidden-value")
    monkeypatch.setenv("OIDC_ISSUER", "https://login.example/realm/")
    providers = sign_in_providers(load())
    assert list(providers) == ["google", "microsoft", "github", "oidc"]
    assert providers["oidc"].metadata_url == "https://login.example/realm/.well-known/openid-configuration"
    assert not providers["github"].is_oidc
    assert "hidden-value" not in repr(providers)


@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_CLIENT_SECRET"])
def test_a_half_configured_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given = {"OIDC_ISSUER": "https://login.example", "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "secret"}
    for name, value in given.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=missing):
        sign_in_providers(load())


def test_every_variable_is_documented() -> None:
    text = (BASE_DIR / "docs" / "configuration.md").read_text()
    assert [name for name in Environment.model_fields if f"`{name.upper()}`" not in text] == []
