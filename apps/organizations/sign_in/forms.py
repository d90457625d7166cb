"""Forms of the page on sign-in."""

from django import forms

from apps.organizations.sign_in.domains import MAILBOXES

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ProviderForm(forms.Form):
    label = forms.CharField(
        max_length=60,
        label="Name",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="What the button says: Continue with …",
    )
    issuer = forms.CharField(
        max_length=255,
        label="Issuer",
        widget=forms.URLInput(attrs=PLAIN),
        help_text="Its address, such as https://login.example.com. We read the rest from it.",
    )
    client_id = forms.CharField(max_length=255, label="Client id", widget=forms.TextInput(attrs=PLAIN))
    client_secret = forms.CharField(
        max_length=2_000, label="Client secret", widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class ProviderChangeForm(ProviderForm):
    """The issuer stays: people are known by it. A secret that is left out stays, too."""

    issuer = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    client_secret = forms.CharField(
        required=False,
        max_length=2_000,
        label="New client secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Leave it out to keep the one that is there.",
    )
    is_on = forms.BooleanField(required=False, label="Members can sign in with it")


class RulesForm(forms.Form):
    own_provider_only = forms.BooleanField(
        required=False, label="Members come in by the organization’s own provider alone"
    )
    second_factor_required = forms.BooleanField(required=False, label="Members need a second factor")


class DomainForm(forms.Form):
    domain = forms.CharField(
        max_length=253,
        label="Domain",
        widget=forms.TextInput(attrs=PLAIN),
        help_text="What stands after the @ of your addresses, such as example.com.",
    )
    mailbox = forms.ChoiceField(
        choices=[(name, f"{name}@…") for name in MAILBOXES],
        label="Send the code to",
        help_text="One of the mailboxes that only whoever runs a domain has.",
    )


class CodeForm(forms.Form):
    code = forms.CharField(max_length=40, label="Code", widget=forms.TextInput(attrs=PLAIN))
