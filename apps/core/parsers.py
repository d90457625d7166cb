"""How bodies of the API are read. Apart from ``api`` for the same reason as ``api_access``."""

from typing import Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.settings import api_settings

from apps.core.nul import SENTENCE, fields_with_nul


class BoundedJSONParser(JSONParser):
    """Refuses bodies that would exhaust the stack, and text with a NUL, which reaches no serializer."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            said = super().parse(stream, media_type, parser_context)
            fields = said.items() if isinstance(said, dict) else [(str(api_settings.NON_FIELD_ERRORS_KEY), said)]
            wrong = fields_with_nul(fields)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        if wrong:
            raise ValidationError({name: [SENTENCE] for name in wrong})
        return said
