from django import forms

from apps.organizations.naming import LONGEST_ADDRESS, LONGEST_NAME


class OrganizationForm(forms.Form):
    """Name and address of a new organization."""

    name = forms.CharField(max_length=LONGEST_NAME, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    slug = forms.CharField(
        required=False,
        max_length=LONGEST_ADDRESS,
        label="Address",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text="What stands after /o/ in all its links: a to z, 0 to 9 and hyphens. Made from the name if left out.",
    )


class RenameForm(OrganizationForm):
    slug = forms.CharField(
        max_length=LONGEST_ADDRESS,
        label="Address",
        widget=OrganizationForm.base_fields["slug"].widget,
        help_text="What stands after /o/ in all its links: a to z, 0 to 9 and hyphens.",
    )


class DeletionForm(forms.Form):
    """Typing the address is what shows that the right organization is meant."""

    address = forms.CharField(
        max_length=LONGEST_ADDRESS,
        label="Type its address to confirm",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, slug: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.slug = slug

    def clean_address(self) -> str:
        if self.cleaned_data["address"].strip().lower() != self.slug:
            raise forms.ValidationError(f"That is not its address, {self.slug}. Nothing was changed.")
        return self.slug
