"""Operations on destinations. Nothing is sent here."""

from pydantic import SecretStr

from apps.access.roles import Permission
from apps.audit.forwarding.addresses import read_target
from apps.audit.models import Chain, Destination, Protocol
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.keys.services import forget, keep

PURPOSE = "audit.destination"


@operation("destination.created", requires=Permission.AUDIT_MANAGE, fresh=True)
def create_destination(
    name: str,
    protocol: str,
    address: str,
    *,
    secret: SecretStr | None = None,
    from_start: bool = False,
    actor: Actor,
) -> Destination:
    """Send entries there from now on, or from the oldest that there is. Raises :class:`Invalid`."""
    name, address = name.strip()[:120], address.strip()
    if not name:
        raise Invalid("Give the destination a name.", field="name")
    if protocol not in Protocol.values:
        raise Invalid(f"`protocol` is one of {', '.join(Protocol.values)}.", field="protocol")
    read_target(protocol, address)
    _check_secret(protocol, secret)
    if Destination.objects.filter(name=name).exists():
        raise Conflicting(f"There is a destination “{name}” already.")
    chain = Chain.objects.first()
    return Destination.objects.create(
        name=name,
        protocol=protocol,
        address=address,
        secret=keep(secret, purpose=PURPOSE) if secret else None,
        cursor=0 if from_start or chain is None else chain.seq,
    )


@operation("destination.updated", requires=Permission.AUDIT_MANAGE, fresh=True)
def switch_destination(destination: Destination, enabled: bool, *, actor: Actor) -> Destination:
    """Stop sending there, or go on where it stopped; either way it is tried at once."""
    destination.enabled = enabled
    destination.not_before = destination.failing_since = None
    destination.attempts, destination.last_error = 0, ""
    destination.save(update_fields=["enabled", "not_before", "failing_since", "attempts", "last_error"])
    return destination


@operation("destination.deleted", requires=Permission.AUDIT_MANAGE, fresh=True)
def delete_destination(destination: Destination, *, actor: Actor) -> Destination:
    """Send nothing there any more, and forget its secret. What was sent stays there."""
    secret = destination.secret
    destination.delete()
    if secret is not None:
        forget(secret)
    return destination


def _check_secret(protocol: str, secret: SecretStr | None) -> None:
    value = secret.get_secret_value() if secret else ""
    if value and protocol != Protocol.HTTPS:
        raise Invalid("Only an HTTPS collector is sent an Authorization.", field="secret")
    if not (value.isascii() and value.isprintable()) or len(value) > 2_000:
        raise Invalid("An Authorization header has no line breaks or special characters.", field="secret")
