"""A look at an issuer before it is kept: it exists, can be reached from here, and is who it says it is."""

import requests
from pydantic import SecretStr

from apps.accounts.exchange import Misdescribed, client_of
from apps.core.errors import Invalid
from notionhub.settings.providers import oidc_provider

LONGEST_ISSUER = 255


def examine(issuer: str) -> str:
    """The issuer as it calls itself, after its discovery document was fetched. Raises :class:`Invalid`."""
    issuer = issuer.strip()
    if not issuer.startswith(("https://", "http://")) or "?" in issuer or "#" in issuer or len(issuer) > LONGEST_ISSUER:
        raise Invalid("An issuer is an address such as https://login.example.com, without ? and #.", field="issuer")
    looked_at = oidc_provider("idp", "The provider", issuer, "unknown", SecretStr(""), realm="org", realm_name="")
    try:
        return str(client_of(looked_at).load_server_metadata()["issuer"])
    except Misdescribed as error:
        raise Invalid(f"The provider {error}. Nothing was saved.", field="issuer") from error
    except requests.RequestException as error:
        raise Invalid(
            f"Its description could not be fetched: {_why(error)} Nothing was saved.", field="issuer"
        ) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(
            "At this address, and /.well-known/openid-configuration, there is no OpenID Connect provider. Nothing was"
            " saved.",
            field="issuer",
        ) from error


def _why(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"it answered {error.response.status_code}."
    return f"{str(error).rstrip('.')}."[:300]
