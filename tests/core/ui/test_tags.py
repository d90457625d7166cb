from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template

from apps.core.ui.status import UnknownStatus


def rendered(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_state_is_an_icon_and_a_word() -> None:
    shown = rendered('{% status "Access lost" %}')
    assert shown.startswith('<span class="nh-st bad"><svg class="i" aria-hidden="true"')
    assert shown.endswith("</svg>Access lost</span>")
    assert 'class="nh-st run nh-pill"' in rendered('{% status "running" "" True %}')
    assert "nh-spin" in rendered('{% status "Running" %}')
    assert "nh-spin" not in rendered('{% status "Queued" %}')


def test_a_word_outside_the_vocabulary_is_never_drawn() -> None:
    with pytest.raises(UnknownStatus):
        rendered("{% status word %}", word="Done")


@pytest.mark.parametrize(
    ("state", "done", "skipped", "tone", "words"),
    [
        ("Complete", 12_504, 0, "ok", "complete ✓ 12,504 of 12,504</span>"),
        ("Complete", 12_500, 4, "ok", "complete ✓ 12,504 of 12,504</span>"),
        ("Incomplete", 12_487, 0, "warn", "incomplete · 12,487 of 12,504"),
        # A state that claims more than the figures prove does not turn green.
        ("Complete", 12_487, 0, "warn", "incomplete · 12,487 of 12,504"),
        ("Complete", 12_487, 4, "warn", "incomplete · 12,491 of 12,504"),
        ("Complete", 12_504, 4, "warn", "incomplete · 12,508 of 12,504"),
    ],
)
def test_green_needs_figures_that_close(state: str, done: int, skipped: int, tone: str, words: str) -> None:
    shown = rendered("{% recon state done 12504 skipped %}", state=state, done=done, skipped=skipped)
    assert f'class="nh-recon {tone}"' in shown
    assert words in shown
    assert ("4 left out, with reasons" in shown) == bool(skipped)


def test_a_list_says_the_proof_in_the_same_form() -> None:
    assert rendered("{% proof 415 431 431 %}") == '431 of 431<span class="nh-sub">16 left out, with reasons</span>'
    assert rendered("{% proof 430 431 431 %}").endswith(">1 left out, with its reason</span>")
    assert rendered("{% proof 425 425 431 %}") == "425 of 431"


def test_only_a_reconciliation_has_its_badge() -> None:
    with pytest.raises(UnknownStatus):
        rendered('{% recon "Healthy" 1 1 %}')


def test_a_sum_is_said_to_close_only_if_it_does() -> None:
    closing = rendered('{% accounted 12487 0 1 16 12504 "object" %}')
    assert "12,487 + 0 + 1 + 16 = 12,504, every object is accounted for" in closing
    assert "nh-ok" in closing
    open_sum = rendered('{% accounted 12486 0 1 16 12504 "object" %}')
    assert "is not 12,504: 1 object unaccounted for" in open_sum
    assert "nh-bad" in open_sum


def test_a_time_carries_its_exact_moment() -> None:
    moment = datetime(2026, 11, 20, 6, 40, 1, 5000, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 11, 20, 9, 42, tzinfo=UTC), tick=False):
        shown = rendered("{% when moment %}|{% when moment 'stamp' %}", moment=moment)
    relative, stamp = shown.split("|")
    assert relative == (
        '<time datetime="2026-11-20T06:40:01.005000+00:00" title="20 Nov 2026, 06:40:01.005 UTC">3 h ago</time>'
    )
    assert stamp.endswith(">20 Nov 2026, 06:40</time>")
    assert rendered("{% when None 'relative' 'not yet' %}") == '<span class="nh-3rd">not yet</span>'


def test_what_people_wrote_is_escaped() -> None:
    evil = '<b onclick="x">"'
    shown = rendered(
        "{% tile n %}{% face n %}{% bar 1 2 n %}{% status 'Draft' n %}{% share_bar p %}{% share_key p %}",
        n=evil,
        p=[(evil, 3, "ok")],
    )
    assert "<b" not in shown
    assert 'onclick="x"' not in shown


def test_a_bar_without_a_known_total_has_no_value() -> None:
    assert rendered('{% bar 8 0 "Progress" %}') == rendered('{% bar 8 None "Progress" %}')
    assert "value=" not in rendered('{% bar 8 None "Progress" %}')
    assert 'value="8" max="1200"' in rendered('{% bar 8 1200 "Progress" %}')


def test_a_gauge_draws_nothing_for_nothing() -> None:
    assert 'stroke-dasharray="68.7 100"' in rendered("{% gauge 412 600 %}")
    assert "stroke-dasharray" not in rendered("{% gauge 0 600 %}")
    assert "0 of 0 requests" in rendered("{% gauge 0 0 %}")


def test_a_gauge_names_its_window_if_it_is_known() -> None:
    shown = rendered("{% gauge 117 240 5.0 %}")
    assert 'aria-label="117 of 240 requests in 5 s"' in shown
    assert ">of 240 requests in 5 s</text>" in shown
    assert ">of 240 requests</text>" in rendered("{% gauge 117 240 %}")


class Filters(forms.Form):
    status = forms.ChoiceField(required=False, choices=[("", "Any"), ("Healthy", "Healthy"), ("Retired", "Retired")])
    kinds = forms.MultipleChoiceField(required=False, choices=[("a", "Pages"), ("b", "Files"), ("c", "Users")])


@pytest.mark.parametrize(
    ("given", "chosen", "set_to"),
    [({}, ["Any"], ""), ({"status": "Retired"}, ["Retired"], "Retired"), ({"status": "forged"}, [], "")],
)
def test_a_filter_says_what_it_is_set_to(given: dict[str, str], chosen: list[str], set_to: str) -> None:
    form = Filters(given)
    assert rendered("{{ field|chosen_words }}", field=form["status"]) == set_to
    shown = rendered(
        "{% for o in field|field_options %}{% if o.chosen %}{{ o.words }} {% endif %}{% endfor %}", field=form["status"]
    )
    assert shown.split() == chosen


def test_a_filter_of_several_says_how_many() -> None:
    form = Filters({"kinds": ["a", "c"]})
    assert rendered("{{ field|chosen_words }}", field=form["kinds"]) == "any of 2"


def test_counts_use_words_that_a_reader_knows() -> None:
    shown = rendered("{% for kind in kinds %}{{ kind|kind_words|capfirst }} {% endfor %}", kinds=["pages", "listings"])
    assert shown == "Pages Lists asked of Notion "
