"""Rich text: runs of text, mentions and equations. https://developers.notion.com/reference/rich-text"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, TypeAlias

from apps.notion.icons import CustomEmoji
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Tagged, Uploads
from apps.notion.refusals import ReadOnlyRun
from apps.notion.users import User

MAX_TEXT = 2000
"""UTF-16 units that one text run may hold in a write."""


class Annotations(NotionModel):
    bold: bool = False
    italic: bool = False
    strikethrough: bool = False
    underline: bool = False
    code: bool = False
    color: str = "default"


class TextLink(NotionModel):
    url: str


class TextBody(NotionModel):
    content: str
    link: TextLink | None = None


class EquationBody(NotionModel):
    expression: str


class ObjectRef(NotionModel):
    id: str


class DateRange(NotionModel):
    """ISO 8601 dates or moments; `end` makes it a range."""

    start: str
    end: str | None = None
    time_zone: str | None = None

    @property
    def label(self) -> str:
        label = f"{self.start} → {self.end}" if self.end else self.start
        return f"{label} ({self.time_zone})" if self.time_zone else label


class LinkMention(NotionModel):
    href: str
    title: str | None = None


class LinkPreview(NotionModel):
    url: str


class Mention(Tagged):
    user: User | None = None
    page: ObjectRef | None = None
    database: ObjectRef | None = None
    date: DateRange | None = None
    template_mention: dict[str, Any] | None = None
    link_preview: LinkPreview | None = None
    link_mention: LinkMention | None = None
    custom_emoji: CustomEmoji | None = None

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "user",
            "page",
            "database",
            "date",
            "template_mention",
            "link_preview",
            "link_mention",
            "custom_emoji",
        }
    )
    read_only: ClassVar[frozenset[str]] = frozenset({"link_preview", "link_mention"})

    @property
    def object_id(self) -> str | None:
        """The page or database that is mentioned."""
        target = self.page or self.database
        return target.id if target else None

    @property
    def url(self) -> str | None:
        """The address of a mentioned link."""
        if self.link_preview:
            return self.link_preview.url
        return self.link_mention.href if self.link_mention else None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        if self.type in self.read_only:
            raise ReadOnlyRun(f"mention of type {self.type}", "Notion only returns it")
        return super().payload(uploads)


class Run(Tagged):
    """One run. `plain_text` and `href` are Notion's reading of it and are not written."""

    text: TextBody | None = None
    mention: Mention | None = None
    equation: EquationBody | None = None
    annotations: Annotations = Annotations()
    plain_text: str = ""
    href: str | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"text", "mention", "equation"})
    response_only: ClassVar[frozenset[str]] = frozenset({"plain_text", "href"})

    @property
    def plain(self) -> str:
        """The words of the run without styling."""
        if self.text:
            return self.text.content
        if self.equation:
            return self.equation.expression
        return self.plain_text

    def as_text(self) -> "Run":
        """A text run with the same words, styling and link: what can stand in for a run that is read only."""
        link = self.href or (self.mention.url if self.mention else None)
        body: Json = {"content": self.plain, "link": {"url": link} if link else None}
        return Run.model_validate({"type": "text", "text": body, "annotations": self.annotations.raw()})

    def payloads(self, uploads: Uploads = NO_UPLOADS) -> list[Json]:
        return [piece.payload(uploads) for piece in self.pieces()]

    def pieces(self) -> Iterator["Run"]:
        """The run cut so that no piece is longer than Notion takes; other runs cannot be cut."""
        if not self.text or len(self.text.content) * 2 <= MAX_TEXT:
            yield self
            return
        for part in split_text(self.text.content):
            body = self.text.model_copy(update={"content": part})
            yield self.model_copy(update={"text": body, "plain_text": part})


RichText: TypeAlias = list[Run]


def plain_text(runs: Iterable[Run]) -> str:
    return "".join(run.plain for run in runs)


def split_text(text: str, limit: int = MAX_TEXT) -> Iterator[str]:
    """Pieces of at most `limit` UTF-16 units, which is how Notion counts; no character is torn apart."""
    start = used = 0
    for index, character in enumerate(text):
        width = 2 if ord(character) > 0xFFFF else 1
        if used + width > limit:
            yield text[start:index]
            start, used = index, 0
        used += width
    yield text[start:]
