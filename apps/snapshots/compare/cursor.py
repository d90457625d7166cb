"""Where a list of changes goes on: the part, the snapshot's number and the version that were taken last."""

import re

from apps.core.errors import Invalid

_CURSOR = re.compile(r"[ab]\.[0-9]{1,10}\.[0-9]{1,18}", re.ASCII)


def parsed(after: str) -> str:
    """The cursor itself. Raises :class:`Invalid` for one that no answer gave."""
    if after and not _CURSOR.fullmatch(after):
        raise Invalid("`after` is the `next` of the answer before.", field="after")
    return after
