"""Sign-in providers, made from the environment alone.

Sources: OpenID Connect Discovery 1.0; GitHub "Authorizing OAuth apps"; Microsoft identity platform v2.0.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretStr

from notionhub.settings.environment import Environment


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to sign in. ``issuer`` is the key under which identities are stored.

    ``realm`` is the public id of the organization that brought it, empty for those of the installation; ``realm_name``
    is what people call that organization. ``tells_when``: it answers ``max_age`` with the ``auth_time`` of OpenID
    Connect Core 1.0 section 2; of one that does not, a finished sign-in is all that can be asked.
    """

    key: str
    label: str
    issuer: str
    client_id: str
    client_secret: SecretStr = field(repr=False)
    metadata_url: str = ""
    authorize_url: str = ""
    token_url: str = ""
    api_url: str = ""
    scope: str = "openid email profile"
    tells_when: bool = True
    realm: str = ""
    realm_name: str = ""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.authorize_url or self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_oidc(self) -> bool:
        return bool(self.metadata_url)


def sign_in_providers(env: Environment) -> dict[str, Provider]:
    """The providers whose client id is set. Raises ``ImproperlyConfigured`` when one is half set."""
    providers: list[Provider] = []
    if env.google_client_id:
        issuer = "https://accounts.google.com"
        secret = _secret("GOOGLE", env.google_client_secret)
        providers.append(oidc_provider("google", "Google", issuer, env.google_client_id, secret, tells_when=False))
    if env.microsoft_client_id:
        issuer = f"https://login.microsoftonline.com/{env.microsoft_tenant}/v2.0"
        secret = _secret("MICROSOFT", env.microsoft_client_secret)
        providers.append(oidc_provider("microsoft", "Microsoft", issuer, env.microsoft_client_id, secret))
    if env.github_client_id:
        providers.append(
            Provider(
                key="github",
                label="GitHub",
                issuer="https://github.com",
                client_id=env.github_client_id,
                client_secret=_secret("GITHUB", env.github_client_secret),
                authorize_url="https://github.com/login/oauth/authorize",
                token_url="https://github.com/login/oauth/access_token",  # noqa: S106
                api_url="https://api.github.com/",
                scope="read:user user:email",
                tells_when=False,
            )
        )
    if env.oidc_client_id:
        if env.oidc_issuer is None:
            raise ImproperlyConfigured("OIDC_CLIENT_ID is set but OIDC_ISSUER is not: set both or neither.")
        issuer = str(env.oidc_issuer).rstrip("/")
        secret = _secret("OIDC", env.oidc_client_secret)
        providers.append(oidc_provider("oidc", env.oidc_name, issuer, env.oidc_client_id, secret))
    return {provider.key: provider for provider in providers}


def oidc_provider(key: str, label: str, issuer: str, client_id: str, secret: SecretStr, **more: Any) -> Provider:
    """OpenID Connect Discovery 1.0 section 4: what else there is to know stands below the issuer's address."""
    well_known = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    return Provider(key, label, issuer, client_id, secret, metadata_url=well_known, **more)


def _secret(name: str, secret: SecretStr | None) -> SecretStr:
    if secret is None:
        raise ImproperlyConfigured(f"{name}_CLIENT_ID is set but {name}_CLIENT_SECRET is not: set both or neither.")
    return secret


def authlib_options(provider: Provider) -> dict[str, Any]:
    """What ``OAuth.register`` takes. PKCE (RFC 7636, S256) is asked of every provider."""
    options: dict[str, Any] = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret.get_secret_value(),
        "client_kwargs": {"scope": provider.scope, "code_challenge_method": "S256", "default_timeout": 10},
    }
    if provider.is_oidc:
        return options | {"server_metadata_url": provider.metadata_url}
    return options | {
        "authorize_url": provider.authorize_url,
        "access_token_url": provider.token_url,
        "api_base_url": provider.api_url,
    }
