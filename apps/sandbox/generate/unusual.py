"""Mentions, media and block types that few pages have."""

from apps.sandbox.generate.draft import Draft
from apps.sandbox.world.json import Json
from apps.sandbox.world.rich_text import (
    custom_emoji_mention,
    database_mention,
    date_mention,
    equation,
    link_mention,
    link_preview,
    page_mention,
    template_mention,
    text,
    user_mention,
)

COLORS = ("gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red", "yellow_background")


def every_style(draft: Draft) -> None:
    draft.paragraph(
        [
            text("bold", bold=True),
            text(" "),
            text("italic", italic=True),
            text(" "),
            text("struck", strikethrough=True),
            text(" "),
            text("underlined", underline=True),
            text(" "),
            text("code", code=True),
            text(" "),
            text("everything", bold=True, italic=True, underline=True, color="red"),
            text(" "),
            text("a link", href=f"https://{draft.company.domain}/handbook?from=wiki&x=1"),
            text(" and math "),
            equation("\\sqrt{2}"),
        ]
    )
    draft.paragraph([text(f"{color} ", color=color) for color in COLORS])


def every_mention(draft: Draft) -> None:
    world, site = draft.world, f"https://{draft.company.domain}"
    runs = [
        text("Mentions: "),
        user_mention(draft.some_person()),
        text(" "),
        page_mention(draft.some_page()),
        text(" "),
        date_mention("2026-03-02"),
        text(" "),
        date_mention("2026-03-02", "2026-03-06"),
        text(" "),
        date_mention("2026-03-02T09:30:00.000+01:00", None, "Europe/Oslo"),
        text(" "),
        template_mention("template_mention_date", "today"),
        text(" "),
        template_mention("template_mention_user", "me"),
        text(" "),
        link_preview(f"{site}/issues/482"),
        text(" "),
        link_mention(f"{site}/blog/launch", "Launch notes", "What is new this spring"),
    ]
    if world.databases:
        runs += [text(" "), database_mention(next(iter(world.databases)))]
    if "private_page" in world.landmarks:
        runs += [text(" "), page_mention(world.landmarks["private_page"])]
    if world.custom_emojis:
        runs += [text(" "), custom_emoji_mention(world.custom_emojis[0])]
    draft.paragraph(runs)


def media_of_all_kinds(draft: Draft) -> None:
    site = f"https://{draft.company.domain}"
    draft.heading(2, "Media")
    draft.media("image", "harbour at dawn.png", "A picture we host")
    draft.external("image", f"{site}/press/logo.png", "A picture from elsewhere")
    draft.external("video", "https://www.youtube.com/watch?v=aqz-KE-bpKQ")
    draft.media("video", "bench-test.mp4", "Forty seconds of bubbles")
    draft.media("audio", "beep.wav", "The alarm, for those who have not heard it")
    draft.media("pdf", "datasheet.pdf")
    draft.media("file", "readings – März.csv", "Raw readings")
    draft.external("file", f"{site}/downloads/setup.zip")
    draft.add("bookmark", {"caption": draft.rich("Worth reading"), "url": f"{site}/blog"})
    draft.add("embed", {"caption": [], "url": f"{site}/embed/map"})
    draft.add("link_preview", {"url": f"{site}/issues/17"})


def rarely_seen_blocks(draft: Draft) -> None:
    draft.heading(2, "Rare ones")
    draft.add("link_to_page", {"type": "page_id", "page_id": draft.some_page()})
    if draft.world.databases:
        draft.add("link_to_page", {"type": "database_id", "database_id": next(iter(draft.world.databases))})
    _tabs(draft)
    template = draft.words("template", "New weekly entry")
    with draft.inside(template):
        draft.todo("Fill in the numbers", done=False)
    _meeting_notes(draft)
    draft.add("unsupported", {"block_type": "button"})
    draft.add("unsupported", {"block_type": "ai_block"}, claims_children=True)
    draft.add("unsupported", {"block_type": "form"})
    _from_the_future(draft)


def _tabs(draft: Draft) -> None:
    tab = draft.add("tab", {})
    with draft.inside(tab):
        for label, emoji in (("Metric", "📏"), ("Imperial", "🦶")):
            item = draft.paragraph(label, icon={"type": "emoji", "emoji": emoji})
            with draft.inside(item):
                draft.paragraph(f"Lengths in the {label.lower()} system.")


def _meeting_notes(draft: Draft) -> None:
    payload: Json = {
        "title": [text("Design review")],
        "status": "notes_ready",
        "calendar_event": {
            "start_time": "2026-05-12T09:00:00.000Z",
            "end_time": "2026-05-12T09:45:00.000Z",
            "attendees": draft.dice.sample(draft.people, 2),
        },
        "recording": {"start_time": "2026-05-12T09:01:00.000Z", "end_time": "2026-05-12T09:44:00.000Z"},
    }
    notes = draft.add("meeting_notes", payload)
    with draft.inside(notes):
        sections = {}
        for name, words in (
            ("summary", "The bracket stays, the screws change."),
            ("notes", "Check the torque figures with the supplier."),
            ("transcript", "… so if we turn it round, the cable has room …"),
        ):
            sections[f"{name}_block_id"] = draft.paragraph(words).id
    payload["children"] = sections


def _from_the_future(draft: Draft) -> None:
    """A block type that no reference page lists yet."""
    block = draft.add(
        "simulation_embed",
        {
            "caption": draft.rich("Tide model, drag the slider"),
            "simulation_id": "tide-7",
            "parameters": {"depth_m": 12.5, "steps": [1, 2, 3], "live": False},
        },
    )
    with draft.inside(block):
        draft.paragraph("Blocks of the future can have children too.")
