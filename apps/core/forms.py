from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms are drawn by the templates of ``components/form/``."""

    form_template_name = "components/form/form.html"
    field_template_name = "components/form/field.html"
