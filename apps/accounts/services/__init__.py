"""What happens to people, their sign-ins and their factors."""

from apps.accounts.services.factors import (
    add_passkey,
    make_codes,
    note_use,
    remove_passkey,
    rename_passkey,
    use_code,
)
from apps.accounts.services.people import NotAdmitted, forget_realm, user_of
from apps.accounts.services.sign_ins import begin_sign_in, end, end_in_realm, renew, sign_out

__all__ = [
    "NotAdmitted",
    "add_passkey",
    "begin_sign_in",
    "end",
    "end_in_realm",
    "forget_realm",
    "make_codes",
    "note_use",
    "remove_passkey",
    "rename_passkey",
    "renew",
    "sign_out",
    "use_code",
    "user_of",
]
