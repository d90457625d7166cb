"""Operations that prove that a domain of e-mail addresses is the organization's, without touching its name server."""

import re
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db.models import F
from django.utils import timezone

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.http import ensure
from apps.core.operations import operation
from apps.jobs.mail import LANE
from apps.jobs.services import enqueue
from apps.organizations.models import EmailDomain
from apps.organizations.services.owners import in_turn

SEND = "email_domains.send"
MAILBOXES = ("postmaster", "hostmaster", "webmaster", "administrator", "admin")
"""CA/Browser Forum Baseline Requirements 3.2.2.4.4: mailboxes that no provider of e-mail gives to just anybody."""
LASTS = timedelta(days=3)
TRIES = 10
MOST = 50
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@operation("email_domain.claimed", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def claim_domain(domain: str, mailbox: str = MAILBOXES[0], *, actor: Actor) -> EmailDomain:
    """Say that a domain is the organization's, and send a code to one of its mailboxes.

    Raises :class:`Invalid`; :class:`Conflicting` when it is here already.
    """
    domain = checked_domain(domain)
    if mailbox not in MAILBOXES:
        raise Invalid(f"Choose one of {', '.join(MAILBOXES)}.", field="mailbox")
    in_turn()
    if EmailDomain.objects.filter(domain=domain).exists():
        raise Conflicting(f"{domain} is listed already. Nothing was sent; send its code again instead.")
    if EmailDomain.objects.count() >= MOST:
        raise Conflicting(f"There are {MOST} domains already. Nothing was sent. Remove one first.")
    made = EmailDomain.objects.create(domain=domain, mailbox=mailbox, expires_at=timezone.now() + LASTS)
    _send(made, actor)
    return made


@operation("email_domain.code_resent", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def resend_code(domain: EmailDomain, *, actor: Actor) -> EmailDomain:
    """Send another code; the one before it ends. Raises :class:`Conflicting` for a domain that is proved."""
    domain.refresh_from_db()
    if domain.verified_at is not None:
        raise Conflicting(f"{domain} is proved already. Nothing was sent.")
    domain.digest, domain.tries, domain.expires_at = None, 0, timezone.now() + LASTS
    domain.save(update_fields=["digest", "tries", "expires_at"])
    _send(domain, actor)
    return domain


def prove_domain(domain: EmailDomain, code: str, *, actor: Actor) -> EmailDomain:
    """Show the code that was sent. Raises :class:`Invalid` for a wrong one, of which there may be ten, and
    :class:`Conflicting` when another organization has proved the same domain."""
    ensure(actor, Permission.SIGN_IN_MANAGE)
    left = EmailDomain.objects.filter(pk=domain.pk, tries__lt=TRIES, verified_at=None)
    counted = left.update(tries=F("tries") + 1)  # outside the operation, whose refusal would take it back
    domain.refresh_from_db()
    if not counted or domain.digest is None or domain.has_expired(timezone.now()):
        raise Invalid("There is no code that could be right any more. Have another one sent.", field="code")
    if not compare_digest(bytes(domain.digest), digest_of(code)):
        raise Invalid("This is not the code that was sent. Look for the newest letter.", field="code")
    return _proved(domain, actor=actor)


@operation("email_domain.proved", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def _proved(domain: EmailDomain, *, actor: Actor) -> EmailDomain:
    in_turn()
    if is_taken(domain.domain):
        raise Conflicting(f"Another organization here has proved that {domain} is its own. Nothing was changed.")
    domain.verified_at, domain.digest = timezone.now(), None
    domain.save(update_fields=["verified_at", "digest"])
    return domain


@operation("email_domain.removed", requires=Permission.SIGN_IN_MANAGE, fresh=True)
def remove_domain(domain: EmailDomain, *, actor: Actor) -> EmailDomain:
    """Its addresses lead to no provider any more. Whoever signed in already stays known."""
    domain.delete()
    return domain


def checked_domain(given: str) -> str:
    """In lower case and ASCII. Raises :class:`Invalid`."""
    text = given.strip().lower().removeprefix("@").rstrip(".")
    try:
        text = text.encode("idna").decode()
    except UnicodeError:
        text = ""
    if not _DOMAIN.fullmatch(text):
        raise Invalid("A domain is what stands after the @, such as example.com. Nothing was sent.", field="domain")
    return text


def digest_of(code: str) -> bytes:
    return sha256(code.strip().replace("-", "").replace(" ", "").lower().encode()).digest()


def is_taken(domain: str) -> bool:
    """Whether any organization has proved it: one does, so that an address leads to one company's sign-in."""
    return EmailDomain.unscoped.filter(domain=domain, verified_at__isnull=False).exists()


def _send(domain: EmailDomain, actor: Actor) -> None:
    """The code is made by the job that sends it, so that it is never stored."""
    title = f"Code for {domain} to {domain.address}"
    enqueue(SEND, title=title, params={"domain": domain.public_id}, lane=LANE, subject=domain, actor=actor)
