"""Addresses on the web, e-mail addresses and telephone numbers: text, or null (never empty text)."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.nodes import Href
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class UrlValue(PropertyValue):
    type: Literal["url"]
    url: str | None

    def line(self, lowering: Lowering) -> nodes.Line:
        return (nodes.Text(self.url, href=lowering.href(self.url)),) if self.url else ()


class UrlSchema(PropertySchema):
    type: Literal["url"]
    url: Empty


class EmailValue(PropertyValue):
    type: Literal["email"]
    email: str | None

    def line(self, lowering: Lowering) -> nodes.Line:
        return (nodes.Text(self.email, href=Href(f"mailto:{self.email}")),) if self.email else ()


class EmailSchema(PropertySchema):
    type: Literal["email"]
    email: Empty


class PhoneNumberValue(PropertyValue):
    type: Literal["phone_number"]
    phone_number: str | None


class PhoneNumberSchema(PropertySchema):
    type: Literal["phone_number"]
    phone_number: Empty


register(UrlValue, UrlSchema)
register(EmailValue, EmailSchema)
register(PhoneNumberValue, PhoneNumberSchema)
