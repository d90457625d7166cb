"""When a schedule runs: a cron expression in a time zone, and a delay that is drawn from both. Pure.

Daylight saving is treated as Debian's cron does (cronsim): a fixed time that the spring gap swallows runs at the end
of the gap, one that autumn shows twice runs once, the first time; ``*`` and steps in the hour go on in real time.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

from apps.core.errors import Invalid

PRESETS = {
    "hourly": "{minute} * * * *",
    "daily": "{minute} {hour} * * *",
    "weekdays": "{minute} {hour} * * MON-FRI",
    "weekly": "{minute} {hour} * * MON",
    "monthly": "{minute} {hour} 1 * *",
}
IN_WORDS = {
    "hourly": "Every hour, {minute} min past",
    "daily": "Every day, {hour:02}:{minute:02}",
    "weekdays": "Monday to Friday, {hour:02}:{minute:02}",
    "weekly": "Every Monday, {hour:02}:{minute:02}",
    "monthly": "Every first of the month, {hour:02}:{minute:02}",
}
"""The presets in words."""
MOST_JITTER = 6 * 3600
LONGEST = 100
SHOWN = 5
LOOKED_AT = 50
"""Runs ahead among which the shortest pause is looked for: it bounds the delay."""
MOST_COUNTED = 1_000
TOLERANCE = timedelta(minutes=5)
"""How late a start may be and still count as on time: a restart of the workers is no downtime."""


@dataclass(frozen=True, slots=True)
class Clock:
    """``cron`` has five fields, ``zone`` is a name of the IANA database, ``jitter`` is in seconds.

    Made by :func:`clock`. ``seed`` draws the delays; it is the schedule's public id.
    """

    cron: str
    zone: ZoneInfo
    jitter: int = 0
    seed: str = ""

    def due_after(self, moment: datetime) -> Iterator[datetime]:
        """The times that the expression names after a moment, in UTC."""
        for local in CronSim(self.cron, moment.astimezone(self.zone)):
            # Asked within the hour that comes twice, cronsim goes back to its first pass.
            if (due := local.astimezone(UTC)) > moment:
                yield due

    def start_of(self, due: datetime) -> datetime:
        """When the run of that time really starts: up to ``jitter`` seconds later, always the same for the same run."""
        if not self.jitter:
            return due
        drawn = hashlib.sha256(f"{self.seed} {due.astimezone(UTC).isoformat()}".encode()).digest()
        return due + timedelta(seconds=int.from_bytes(drawn[:8], "big") % (self.jitter + 1))

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time whose start lies after a moment; None when there is none in fifty years."""
        earliest = moment - timedelta(seconds=self.jitter)
        return next((due for due in self.due_after(earliest) if self.start_of(due) > moment), None)

    def first(self, count: int, moment: datetime) -> list[datetime]:
        """The next times after a moment."""
        return list(islice(self.due_after(moment), count))

    def passed(self, due: datetime, now: datetime) -> "Passed":
        """What has come due from ``due`` (a time of this clock, included) until now."""
        times = [due]
        for following in self.due_after(due):
            if self.start_of(following) > now:
                return Passed(tuple(times))
            if len(times) == MOST_COUNTED:
                return Passed((*times[:-1], self._newest(now)), uncounted=True)
            times.append(following)
        return Passed(tuple(times))

    def _newest(self, now: datetime) -> datetime:
        backwards = CronSim(self.cron, now.astimezone(self.zone), reverse=True)
        times = (local.astimezone(UTC) for local in backwards)
        return next(due for due in times if self.start_of(due) <= now)


@dataclass(frozen=True, slots=True)
class Passed:
    """Times that came due, oldest first; ``uncounted``: there were more between the last two."""

    times: tuple[datetime, ...]
    uncounted: bool = False

    @property
    def newest(self) -> datetime:
        return self.times[-1]


def read_clock(cron: str, zone: str, jitter: int = 0, *, seed: str = "") -> Clock:
    """A clock that was checked before. Raises :class:`Invalid` when its zone exists no more."""
    return Clock(" ".join(cron.split()).upper(), zone_named(zone), jitter, seed)


def clock(cron: str, zone: str, jitter: int = 0, *, seed: str = "", now: datetime) -> Clock:
    """A clock that makes sense. Raises :class:`Invalid` with the field's name."""
    found = read_clock(cron, zone, jitter, seed=seed)
    _check_cron(found, now)
    if not 0 <= jitter <= MOST_JITTER:
        raise Invalid(f"The delay lies between 0 and {MOST_JITTER:,} seconds (six hours).", field="jitter")
    times = found.first(LOOKED_AT, now)
    shortest = min((b - a for a, b in pairwise(times)), default=timedelta.max)
    if timedelta(seconds=jitter) >= shortest:
        pause = int(shortest.total_seconds())
        raise Invalid(f"The delay must be shorter than the time between two runs, {pause:,} seconds.", field="jitter")
    return found


def zone_named(zone: str) -> ZoneInfo:
    """Raises :class:`Invalid`."""
    try:
        if zone in zone_names():
            return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError):
        pass
    raise Invalid(f"There is no time zone “{zone[:60]}”. Use a name such as Europe/Vienna or UTC.", field="time_zone")


def zone_names() -> list[str]:
    """The zones that people live in, by name; ``UTC`` first."""
    known = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return ["UTC", *sorted(known)]


def preset(name: str, hour: int, minute: int) -> str:
    """The expression behind a preset."""
    return PRESETS[name].format(hour=hour, minute=minute)


def preset_of(cron: str) -> tuple[str, int, int] | None:
    """The preset behind an expression, with its hour (0 where it has none) and minute; None without one."""
    minute, hour, *_ = cron.split()
    if not minute.isdecimal() or not (hour.isdecimal() or hour == "*"):
        return None
    at = (int(hour) if hour.isdecimal() else 0, int(minute))
    return next(((name, *at) for name in PRESETS if preset(name, *at) == cron), None)


def told(cron: str) -> str:
    """An expression in words where a preset makes it; else itself."""
    found = preset_of(cron)
    return IN_WORDS[found[0]].format(hour=found[1], minute=found[2]) if found else cron


def _check_cron(found: Clock, now: datetime) -> None:
    fields = len(found.cron.split())
    if len(found.cron) > LONGEST or fields != 5:
        said = f"This one has {fields}." if fields != 5 else f"This one is longer than {LONGEST} characters."
        fields_of = "An expression has five fields: minute, hour, day, month, weekday."
        raise Invalid(f"{fields_of} {said} Every day at 02:00 is 0 2 * * *.", field="cron")
    try:
        times = found.first(1, now)
    except CronSimError as error:
        part = str(error).removeprefix("Bad ")
        raise Invalid(
            f"The {part} of this expression is not understood. Minutes go from 0 to 59, hours from 0 to 23, days from"
            " 1 to 31, months from 1 to 12, weekdays from 0 (Sunday) to 6.",
            field="cron",
        ) from error
    if not times:
        raise Invalid("This expression names no time that ever comes.", field="cron")
