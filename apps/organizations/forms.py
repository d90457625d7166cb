from django import forms


class TokenForm(forms.Form):
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, label="Name", help_text="What will use it, such as “Nightly backup script”.")
    days = forms.TypedChoiceField(
        label="Expires",
        coerce=int,
        choices=[(30, "in 30 days"), (90, "in 90 days"), (365, "in a year"), (0, "never")],
        initial=90,
    )
