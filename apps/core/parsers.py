"""How bodies of the API are read. Apart from ``api`` for the same reason as ``api_access``."""

import json
from typing import Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.settings import api_settings

from apps.core.nul import SENTENCE, fields_with_nul


class BoundedJSONParser(JSONParser):
    """Refuses bodies that would exhaust the stack, and text with a NUL or half a character: no serializer sees them."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            said = super().parse(stream, media_type, parser_context)
            fields = said.items() if isinstance(said, dict) else [(str(api_settings.NON_FIELD_ERRORS_KEY), said)]
            wrong = fields_with_nul(fields)
            json.dumps(said, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except UnicodeEncodeError as error:  # JSON can name one, but neither a database nor an answer can hold it
            raise ParseError("The body holds half of a character, such as \\ud800 by itself.") from error
        if wrong:
            raise ValidationError({name: [SENTENCE] for name in wrong})
        return said
