"""The addresses of a comparison's page, and the words for kinds of objects on it."""

from django.http import QueryDict

from apps.snapshots.models import Kind

KIND_WORDS = {
    Kind.PAGE: "page",
    Kind.ROW: "row",
    Kind.DATABASE: "database",
    Kind.DATA_SOURCE: "data source",
    Kind.TEMPLATE: "template",
    Kind.VIEW: "view",
    Kind.DISCUSSION: "discussion",
    Kind.BLOCK_DISCUSSION: "discussion on a block",
    Kind.USER: "user",
    Kind.CUSTOM_EMOJI: "custom emoji",
    Kind.FILE_UPLOAD: "file upload",
    Kind.FILE: "file",
}


class Address:
    """The page's own address with some parameters set to something else; empty ones are left out."""

    def __init__(self, path: str, asked: QueryDict) -> None:
        self._path = path
        self._asked = {name: str(asked[name]) for name in NAMES if asked.get(name)}

    def but(self, **others: str) -> str:
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in (self._asked | others).items() if value})
        return f"{self._path}?{query.urlencode()}" if query else self._path


NAMES = ("change", "kind", "parent", "q", "page", "object", "as", "all")
START = {"page": "", "object": "", "all": ""}
