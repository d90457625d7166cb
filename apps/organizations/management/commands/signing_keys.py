"""``manage.py signing_keys list|roll|revoke``: the keys that access tokens are signed with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.organizations.credentials import signing
from apps.organizations.models import SigningKey, SigningState


class Command(BaseCommand):
    help = "Shows the keys that access tokens are signed with, lets the next one take over, or revokes one at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("list", help="All that are published, newest first.")
        steps.add_parser("roll", help="Another key signs from now on; tokens of the one before stay good.")
        revoke = steps.add_parser("revoke", help="For a key that was stolen: its tokens are refused at once.")
        revoke.add_argument("kid")

    def handle(self, *args: Any, step: str, kid: str = "", **options: Any) -> None:
        now = timezone.now()
        if step == "roll":
            signing.signer()
            signing.activate(signing.publish_next(now), now)
        elif step == "revoke" and not signing.revoke(kid):
            raise CommandError(f"There is no living key {kid}.")
        for key in SigningKey.objects.exclude(state=SigningState.REVOKED).order_by("-created_at"):
            until = f", verifies until {key.retires_at:%Y-%m-%d %H:%M} UTC" if key.retires_at else ""
            self.stdout.write(f"{key.kid}  {key.get_state_display()}{until}")
