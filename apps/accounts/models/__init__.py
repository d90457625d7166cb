"""People, their sign-ins, and what they prove themselves with besides."""

from apps.accounts.models.factors import Passkey, RecoveryCode
from apps.accounts.models.people import Identity, User, UserManager
from apps.accounts.models.sign_ins import Ended, SignIn

__all__ = ["Ended", "Identity", "Passkey", "RecoveryCode", "SignIn", "User", "UserManager"]
