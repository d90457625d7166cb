"""``{% load ui %}``: the atoms of every page. What they say comes from ``apps.core.ui``."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, Protocol, cast

from django import template
from django.forms import BoundField, ChoiceField
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.ui import icons, kinds, marks, numbers, shares, times, values
from apps.core.ui.changes import CHANGES, PIECES
from apps.core.ui.status import UnknownStatus, status_of

register = template.Library()

register.filter("of_total", numbers.of_total)
register.filter("percent", numbers.percent)
register.filter("byte_size", numbers.byte_size)
register.filter("duration", numbers.duration)
register.filter("roughly", numbers.roughly)
register.filter("counted", numbers.counted)
register.filter("shown", values.shown)
register.filter("kind_icon", kinds.kind_icon)
register.filter("kind_words", kinds.kind_words)
register.simple_tag(icons.svg, name="icon")


class Piece(Protocol):
    """Some words of a comparison: same, removed, added or restyled."""

    @property
    def op(self) -> str: ...

    @property
    def text(self) -> str: ...


class Option(NamedTuple):
    """One choice of a filter."""

    value: str
    words: str
    chosen: bool


_TIME_STYLES: dict[str, Callable[[datetime], str]] = {
    "relative": lambda moment: times.relative(moment, timezone.now()),
    "stamp": times.stamp,
    "exact": times.stamp_exact,
    "day": times.day,
    "clock": times.clock,
}


@register.simple_tag
def status(word: str, text: str = "", pill: bool = False) -> SafeString:
    """A state as icon and word, or as icon and ``text`` about it; ``pill`` only beside the ``h1``."""
    state = status_of(word)
    classes = f"nh-st {'' if state.tone == 'ink' else state.tone} {'nh-pill' if pill else ''}"
    drawn = icons.svg(state.icon, "nh-spin" if state.moves else "")
    return format_html('<span class="{}">{}{}</span>', " ".join(classes.split()), drawn, text or state.word)


@register.simple_tag
def recon(state: str, done: int, seen: int, skipped: int = 0) -> SafeString:
    """The proof of completeness: what a reconciliation ended in, with its figures.

    What was skipped counts, because each has its reason, and is named beside. Green needs both the state and
    figures that close.
    """
    found = status_of(state)
    if found.code not in ("complete", "incomplete"):
        raise UnknownStatus(f"“{found.word}” is not a result of a reconciliation")
    figures = numbers.of_total(done + skipped, seen)
    if found.code == "complete" and done + skipped == seen:
        words = f"complete ✓ {figures}"
    else:
        found, words = status_of("Incomplete"), f"incomplete · {figures}"
    more = format_html(' <span class="nh-recon-more">{}</span>', left_out(skipped)) if skipped else ""
    return format_html('<span class="nh-recon {}">{}{}</span>{}', found.tone, icons.svg(found.icon), words, more)


@register.filter
def left_out(skipped: int) -> str:
    """What a proof says of the objects that it counts and that are not stored: ``"16 left out, with reasons"``."""
    return f"{numbers.number(skipped)} left out, with {'its reason' if skipped == 1 else 'reasons'}"


@register.simple_tag
def proof(done: int, accounted_for: int, seen: int) -> SafeString:
    """The figures of a reconciliation for a list, in the form of ``recon``."""
    skipped = accounted_for - done
    more = format_html('<span class="nh-sub">{}</span>', left_out(skipped)) if skipped else ""
    return format_html("{}{}", numbers.of_total(accounted_for, seen), more)


@register.simple_tag
def accounted(done: int, skipped: int, capped: int, failed: int, seen: int, noun: str = "object") -> SafeString:
    """The sum behind a reconciliation, said to close only if it does."""
    parts = (done, skipped, capped, failed)
    terms = " + ".join(numbers.number(part) for part in parts)
    if (missing := abs(seen - sum(parts))) == 0:
        words = f"{terms} = {numbers.number(seen)}, every {noun} is accounted for"
        return format_html('<span class="nh-push nh-row nh-ok">{}{}</span>', icons.svg("check"), words)
    words = f"{terms} is not {numbers.number(seen)}: {numbers.counted(missing, noun)} unaccounted for"
    return format_html('<span class="nh-push nh-row nh-bad">{}{}</span>', icons.svg("circle-x"), words)


@register.simple_tag
def when(moment: datetime | None, style: str = "relative", none: str = "never") -> SafeString:
    """A ``<time>`` in one of the styles relative, stamp, exact, day, clock; the exact moment is its title."""
    if moment is None:
        return format_html('<span class="nh-3rd">{}</span>', none)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        times.stamp_exact(moment),
        _TIME_STYLES[style](moment),
    )


@register.simple_tag
def tile(name: str, key: str = "") -> SafeString:
    """The mark of a workspace or organization; ``key`` keeps the ground when the name changes."""
    classes = f"nh-mono-tile {marks.tile_class(key or name)}".strip()
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, marks.letter(name))


@register.simple_tag
def face(name: str, small: bool = False) -> SafeString:
    """The mark of a person, token or the system."""
    classes = " ".join(f"nh-face {marks.face_class(name)} {'nh-face-s' if small else ''}".split())
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, marks.initials(name))


@register.filter
def number(value: int | str) -> str:
    """A figure with separators; what is formatted already stays as it is."""
    return value if isinstance(value, str) else numbers.number(value)


@register.filter
def status_code(word: str) -> str:
    """The stored form of a state, to compare with: ``{% if job.status|status_code == "running" %}``."""
    return status_of(word).code


@register.filter
def field_options(field: BoundField) -> list[Option]:
    """The choices of a filter field. The empty choice means "no filter" and counts as chosen when nothing is."""
    choices = cast(Iterable[tuple[str, str]], cast(ChoiceField, field.field).choices)
    given = field.value()
    values = {str(value) for value in (given if isinstance(given, list | tuple) else [given or ""])}
    return [Option(str(value), str(words), str(value) in values) for value, words in choices]


@register.filter
def chosen_words(field: BoundField) -> str:
    """What a filter is set to: one word, ``"any of 3"``, or nothing."""
    chosen = [option.words for option in field_options(field) if option.chosen and option.value]
    return chosen[0] if len(chosen) == 1 else f"any of {len(chosen)}" if chosen else ""


@register.simple_tag
def change(mark: str) -> SafeString:
    """The mark of a kind of change: added, removed, moved, renamed or changed; its word is the label."""
    return _change(mark)


@register.simple_tag
def pieces(words: Iterable[Piece], side: str = "") -> SafeString:
    """Two texts in one, removed words struck through and added ones underlined; ``before`` or ``after`` shows one."""
    hidden = {"before": "added", "after": "removed"}.get(side)
    shown = (format_html(PIECES[piece.op], piece.text) for piece in words if piece.op != hidden)
    return format_html_join("", "{}", ((each,) for each in shown))


@cache
def _change(mark: str) -> SafeString:
    icon, tone = CHANGES[mark]
    return format_html('<span class="nh-chg {}">{}</span>', tone, icons.svg(icon, "", mark.capitalize()))


@register.simple_tag
def bar(done: int, total: int | None, label: str, classes: str = "") -> SafeString:
    """A progress bar; a total that is not known yet draws it without a value."""
    value = format_html('value="{}" max="{}"', min(done, total), total) if total else ""
    return format_html('<progress class="{}" {} aria-label="{}"></progress>', f"nh-bar {classes}".strip(), value, label)


@register.simple_tag
def share_bar(parts: Sequence[shares.Part]) -> SafeString:
    """One bar of ``(label, value, tone)`` parts, tones ok, warn, bad, run, mute."""
    laid = format_html_join(
        "",
        '<rect class="f-{}" x="{}%" width="{}%" height="10"/>',
        shares.shares(parts),
    )
    label = shares.described(parts) or "nothing yet"
    return format_html('<svg class="nh-segbar" role="img" aria-label="{}">{}</svg>', label, laid)


@register.simple_tag
def share_key(parts: Sequence[shares.Part]) -> SafeString:
    """The words of a ``share_bar``, one after the other."""
    return format_html_join(
        "",
        '<span><svg viewBox="0 0 8 8" aria-hidden="true"><circle class="f-{}" cx="4" cy="4" r="4"/></svg>{} {}</span>',
        ((tone, numbers.number(value), label) for label, value, tone in parts if value > 0),
    )


@register.simple_tag
def gauge(used: int, limit: int, window: float | None = None) -> SafeString:
    """Half a dial: how much of a limit of requests is used, in figures and as an arc; ``window`` in seconds."""
    span = f" in {numbers.duration(window)}" if window else ""
    arc = "M16 88 A72 72 0 0 1 160 88"
    filled = min(100.0, round(100 * used / limit, 1)) if limit else 0
    value = (
        format_html('<path class="v" d="{}" pathLength="100" stroke-dasharray="{} 100"/>', arc, filled)
        if filled
        else ""
    )
    return format_html(
        '<svg class="nh-gauge" viewBox="0 0 176 100" role="img" aria-label="{} requests{}">'
        '<path d="{}" pathLength="100"/>{}<text class="big" x="88" y="74">{}</text>'
        '<text x="88" y="91">of {} requests{}</text></svg>',
        numbers.of_total(used, limit),
        span,
        arc,
        value,
        numbers.number(used),
        numbers.number(limit),
        span,
    )
