"""What was chosen about an export, in words."""

from apps.core.ui.numbers import number
from apps.exports.formats import FORMATS
from apps.exports.models import Export
from apps.exports.options import options_of

SWITCHED = {True: "yes", False: "no"}


def options_told(export: Export) -> list[tuple[str, str]]:
    """(label, words) of each option; of one that its format has no more, the key and the value."""
    form = FORMATS.get(export.format)
    known = options_of(form.options) if form else {}
    told = []
    for key, value in export.options.items():
        if key == "pages":
            told.append(
                ("Pages", f"{number(len(value))} chosen, with what lies below" if value else "The whole snapshot")
            )
        elif key == "depth":
            told += [("Levels", number(value))] if value is not None else []
        elif key in known:
            words = {choice.value: choice.label for choice in known[key].choices} or SWITCHED
            told.append((known[key].label, str(words.get(value, value))))
        else:
            told.append((key, str(value)))
    return told
