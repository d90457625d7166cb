"""What happens to people and their sign-ins."""

from apps.accounts.services.people import NotAdmitted, user_of

__all__ = ["NotAdmitted", "user_of"]
