import re

from django import forms


class Token(forms.Form):
    name = forms.CharField(label="Name", help_text="What <will> use it.")
    days = forms.ChoiceField(label="Expires", choices=[("30", "in 30 days"), ("0", "never")])
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, initial="a")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="I agree")
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        self.add_error(None, "Tokens are <switched> off.")


def drawn(form: forms.Form) -> str:
    """The form's HTML with every run of blanks as one, and none beside a tag."""
    return re.sub(r"(?<=>) | (?=<)", "", re.sub(r"\s+", " ", str(form)))


def test_a_form_is_drawn_with_labels_hints_and_our_classes() -> None:
    html = drawn(Token(initial={"next": "/"}))
    assert '<label class="form-label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert '<span class="form-hint" id="id_name_helptext">What &lt;will&gt; use it.</span>' in html
    assert '<select class="form-select" name="days"' in html
    assert '<label class="form-label" for="id_notes">Notes<span class="nh-3rd">optional</span></label>' in html
    assert '<fieldset><legend class="form-label">Kind</legend>' in html
    assert 'class="form-check-input" type="radio" name="kind" value="a"' in html
    assert '<input type="hidden" name="next" value="/"' in html
    assert "Nothing was saved" not in html


def test_errors_are_summed_up_first_and_stand_at_their_fields() -> None:
    html = drawn(Token({"name": "", "days": "30", "kind": "a"}))
    summary, _, fields = html.partition('<div class="nh-field">')
    assert 'role="alert" tabindex="-1" data-focus' in summary
    assert "Tokens are &lt;switched&gt; off." in summary
    assert '<a href="#id_name">Name</a>: This field is required.' in summary
    assert '<a href="#id_agreed">I agree</a>' in summary
    assert 'aria-invalid="true"' in fields
    assert 'aria-describedby="id_name_helptext id_name_error"' in fields
    assert 'id="id_name_error"' in fields
    assert fields.count('class="form-control"') == 2


class Rate(forms.Form):
    requests = forms.IntegerField(label="Requests")


def test_a_single_error_stands_at_its_field_and_nowhere_else() -> None:
    html = drawn(Rate({"requests": "many"}))
    assert html.count("Enter a whole number.") == 1
    assert html.index('aria-invalid="true"') < html.index("Enter a whole number.")
    assert "data-focus" not in html
