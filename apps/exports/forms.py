from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from apps.core.errors import Invalid
from apps.exports.formats import FORMATS
from apps.exports.formats.base import Format, Option
from apps.exports.models import ExportState
from apps.exports.options import COMMON, DEEPEST, checked_pages, options_of
from apps.exports.selectors import exportable_snapshots
from apps.snapshots.models import Snapshot
from apps.workspaces.forms import WorkspaceChoiceFilter

SHOWN_SNAPSHOTS = 200
USUAL = "usual"
"""The choice that leaves a common option at the default of the format."""
_COMMON_KEYS = frozenset(option.key for option in COMMON)


class ExportFilterForm(forms.Form):
    """The filters of the list, also the parser of its address; the API has the same."""

    workspace = WorkspaceChoiceFilter()
    snapshot = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    format = forms.ChoiceField(
        required=False, label="Format", choices=[("", "Any"), *((form.key, form.label) for form in FORMATS.values())]
    )
    state = forms.ChoiceField(required=False, label="Status", choices=[("", "Any"), *ExportState.choices])

    def wanted(self) -> dict[str, str]:
        """What to narrow to; what the address says wrongly does not filter."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SnapshotChoice(forms.ModelChoiceField[Snapshot]):
    def label_from_instance(self, obj: Snapshot) -> str:
        return f"{obj.workspace.name}: snapshot {obj.number}, {obj.word.lower()}, {obj.created_at:%d %b %Y %H:%M} UTC"


class OptionChoice(forms.ChoiceField):
    """One of the choices of an option, the initial one when the form says nothing of it."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class PagesField(forms.Field):
    """Ids of pages, rows and databases, each of them a field of its own in the form; ticked or pasted."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Iterable[str] | None) -> list[str]:
        try:
            return checked_pages([one for given in value or () for one in given.split()])
        except Invalid as error:
            raise forms.ValidationError(error.message) from error


class ExportOptionsForm(forms.Form):
    """What to make. Each format has its own options, in fields that begin with its key."""

    format = forms.ChoiceField(
        label="Format",
        widget=forms.RadioSelect,
        choices=[(form.key, form.label) for form in FORMATS.values()],
        initial="markdown",
    )
    pages = PagesField(label="Pages", required=False)
    depth = forms.IntegerField(
        label="Levels below them",
        required=False,
        min_value=0,
        max_value=DEEPEST,
        help_text="Empty for all. 0 is the chosen pages alone; each page, row or database below is one level more.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option in COMMON:
            self.fields[option.key] = _field(option, usual=_usual(option))
        for form in FORMATS.values():
            for option in form.options:
                self.fields[_name(form, option)] = _field(option)

    @property
    def formats(self) -> Iterator[tuple[Format, list[BoundField]]]:
        """The formats, each with the fields of its own options."""
        for form in FORMATS.values():
            yield form, [self[_name(form, option)] for option in form.options if option not in _overridden(form)]

    @property
    def common(self) -> list[BoundField]:
        return [self[option.key] for option in COMMON]

    def chosen_options(self) -> dict[str, Any]:
        """The options that the chosen format knows."""
        given = self.cleaned_data
        form = FORMATS[given["format"]]
        chosen = {option.key: given[option.key] for option in COMMON}
        chosen |= {option.key: given[_name(form, option)] for option in form.options if option not in _overridden(form)}
        said = {key: value for key, value in chosen.items() if value != USUAL}
        return {"pages": given["pages"], "depth": given["depth"], **said}


class PagesInput(forms.Textarea):
    """Ids as a text, with blanks or lines between them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [data.get(name, "")]

    def format_value(self, value: Iterable[str] | None) -> str:
        return "\n".join(value or ())


class LaterExportForm(ExportOptionsForm):
    """What to make of snapshots that are still to be taken: there is no tree yet to pick pages from."""

    pages = PagesField(
        label="Pages",
        required=False,
        widget=PagesInput(attrs={"rows": 2, "placeholder": "https://www.notion.so/…"}),
        help_text="Ids or addresses of pages, rows or databases, with blanks between them. Empty for the whole"
        " snapshot. From a snapshot that lacks one of them nothing is exported.",
    )

    @classmethod
    def of(cls, format: str, options: Mapping[str, Any]) -> "LaterExportForm":
        """The form of what is stored; a format that there is no more is shown as the initial one."""
        form = FORMATS.get(format)
        if form is None:
            return cls()
        known = options_of(form.options)
        told = {
            key: USUAL if key in _COMMON_KEYS and value == known[key].default else value
            for key, value in options.items()
            if key in known
        }
        own = {
            _name(form, option): told.pop(option.key)
            for option in form.options
            if option.key in told and option not in _overridden(form)
        }
        return cls(
            initial={"format": format, "pages": options.get("pages"), "depth": options.get("depth"), **told, **own}
        )


class ExportForm(ExportOptionsForm):
    """What to make of which snapshot."""

    snapshot = SnapshotChoice(queryset=None, to_field_name="public_id", label="Snapshot", empty_label=None)
    field_order = ("snapshot",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = [snapshot.pk for snapshot in exportable_snapshots()[:SHOWN_SNAPSHOTS]]
        self.fields["snapshot"].queryset = exportable_snapshots().filter(pk__in=newest)  # type: ignore[attr-defined]

    @property
    def snapshot_chosen(self) -> Snapshot | None:
        """The snapshot that is shown as chosen: the newest unless another one that is offered was asked for."""
        offered = exportable_snapshots()
        return offered.filter(public_id=str(self["snapshot"].value() or "")).first() or offered.first()

    @property
    def pages_given(self) -> list[str]:
        """The ids of the pages that are chosen so far, without what is no id."""
        return sorted({page for one in self._pages_written for page in _page_named(one)})

    @property
    def pages_unread(self) -> str:
        """What was pasted and is no id, for whoever has to mend it."""
        return " ".join(one for one in self._pages_written if not _page_named(one))

    @property
    def _pages_written(self) -> list[str]:
        given = self.data.getlist("pages") if isinstance(self.data, QueryDict) else self.initial.get("pages", [])
        return [one for words in given for one in words.split()]


def _page_named(word: str) -> list[str]:
    """The id that a word is or leads to; none if it is neither an id nor an address."""
    try:
        return checked_pages([word])
    except Invalid:
        return []


def _name(form: Format, option: Option) -> str:
    return f"{form.key}-{option.key}"


def _overridden(form: Format) -> list[Option]:
    """Common options for which a format has another default: they are asked once, for all formats."""
    return [option for option in form.options if option.key in _COMMON_KEYS]


def _field(option: Option, usual: str = "") -> forms.Field:
    if not option.choices:
        return forms.BooleanField(label=option.label, help_text=option.help, required=False, initial=option.default)
    choices = [(choice.value, choice.label) for choice in option.choices]
    return OptionChoice(
        label=option.label,
        help_text=option.help,
        choices=[(USUAL, usual), *choices] if usual else choices,
        initial=USUAL if usual else option.default,
    )


def _usual(option: Option) -> str:
    """What a common option is when nothing is chosen: “As usual: Title; JSON: Id”."""
    labels = {choice.value: choice.label for choice in option.choices}
    other: Mapping[str, str] = {
        form.label: labels[str(own.default)]
        for form in FORMATS.values()
        if (own := options_of(form.options)[option.key]).default != option.default
    }
    told = "; ".join(f"{label}: {words}" for label, words in other.items())
    return f"As usual: {labels[str(option.default)]}" + (f"; {told}" if told else "")
