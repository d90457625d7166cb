"""Moments in words: relative under a day, dates beyond, in the reader's zone; UTC where it is evidence."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format

from apps.core.ui.numbers import DAY, HOUR, MINUTE

SOON = 14 * DAY


def stamp(moment: datetime) -> str:
    """``"19 Nov 2026, 01:58"`` in the reader's zone."""
    return date_format(timezone.localtime(moment), "j M Y, H:i")


def stamp_exact(moment: datetime) -> str:
    """``"20 Nov 2026, 09:31:17.204 UTC"``: what the audit log and error pages print."""
    universal = moment.astimezone(UTC)
    return f"{date_format(universal, 'j M Y, H:i:s')}.{universal.microsecond // 1000:03d} UTC"


def day(moment: datetime) -> str:
    """``"19 Nov 2026"`` in the reader's zone."""
    return date_format(timezone.localtime(moment), "j M Y")


def clock(moment: datetime) -> str:
    """``"09:42:31"`` in the reader's zone, for lines of a log."""
    return date_format(timezone.localtime(moment), "H:i:s")


def relative(moment: datetime, now: datetime) -> str:
    """``"now"``, ``"4 min ago"``, ``"7 h ago"``, ``"yesterday, 01:58"``, ``"12 Nov, 06:00"``.

    The future reads ``"in 19 s"``, ``"in 3 h"``, ``"in 6 days"``, then the date. Another year is named.
    """
    seconds = round((now - moment).total_seconds())
    if abs(seconds) < 5:
        return "now"
    if seconds < 0:
        return _ahead(-seconds, moment, now)
    if seconds < DAY:
        return f"{_one_unit(seconds)} ago"
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if local.date() == today - timedelta(days=1):
        return f"yesterday, {local:%H:%M}"
    return _dated(moment, now)


def _ahead(seconds: int, moment: datetime, now: datetime) -> str:
    if seconds < DAY:
        return f"in {_one_unit(seconds)}"
    if seconds < SOON:
        days = seconds // DAY
        return f"in {days} day{'s' if days > 1 else ''}"
    return _dated(moment, now)


def _one_unit(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    return f"{seconds // HOUR} h"


def _dated(moment: datetime, now: datetime) -> str:
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localtime(now).year
    return date_format(local, "j M, H:i" if same_year else "j M Y, H:i")
