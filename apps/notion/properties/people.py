"""Users and groups. Writing replaces all of them, by id."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, join, register
from apps.notion.users import User


class PeopleValue(PropertyValue):
    type: Literal["people"]
    people: list[User]

    def text(self) -> str:
        return join(user.label for user in self.people)

    def plain(self, lowering: Lowering) -> Plain:
        return [user.label for user in self.people]

    def line(self, lowering: Lowering) -> nodes.Line:
        return nodes.separated((nodes.Mention("user", user.label),) for user in self.people)


class PeopleSchema(PropertySchema):
    type: Literal["people"]
    people: Empty


register(PeopleValue, PeopleSchema)
