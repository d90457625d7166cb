"""Pages that hold what real wikis hold somewhere: every block type, long pages, deep nesting, many scripts."""

from apps.sandbox.generate import phrases, samples
from apps.sandbox.generate.documents import recipe, to_dos
from apps.sandbox.generate.draft import SYNCED_ITEM, Draft
from apps.sandbox.generate.unusual import every_mention, every_style, media_of_all_kinds, rarely_seen_blocks
from apps.sandbox.world.rich_text import text

LONG_LOG_ENTRIES = 330
FAQ_ENTRIES = 64


@recipe
def home(draft: Draft) -> None:
    draft.paragraph(f"**{draft.company.name}** — {draft.company.about}")
    left, right = draft.columns((0.5, 0.5))
    with draft.inside(left):
        draft.heading(3, "This week")
        draft.bullets(draft.prose.lines(phrases.UPDATES, 3))
    with draft.inside(right):
        draft.heading(3, "Please read")
        draft.add("link_to_page", {"type": "page_id", "page_id": draft.some_page()})
        draft.add("link_to_page", {"type": "page_id", "page_id": draft.some_page()})
    draft.divider()


@recipe
def formatting_guide(draft: Draft) -> None:
    """Every block type, as a guide for writers."""
    draft.paragraph("How we write here, with one example of everything. Copy freely.")
    draft.add("breadcrumb", {})
    draft.add("table_of_contents", {"color": "gray_background"})
    for level in (1, 2, 3, 4):
        draft.heading(level, f"Heading {level}", color="default" if level < 4 else "brown")
    draft.heading(2, "Words")
    every_style(draft)
    every_mention(draft)
    draft.heading(2, "Lists")
    draft.bullets(draft.prose.lines(phrases.FACTS, 2))
    first = draft.words("numbered_list_item", "Numbered from seven, in letters")
    first.payload |= {"list_start_index": 7, "list_format": "letters"}
    draft.numbers(draft.prose.lines(phrases.STEPS, 2))
    to_dos(draft, 2)
    toggle = draft.toggle("A toggle opens", "purple_background")
    with draft.inside(toggle):
        draft.paragraph(draft.prose.line(phrases.FACTS))
    draft.quote(draft.prose.line(phrases.VOICES))
    draft.callout(draft.prose.line(phrases.POLICY), {"type": "icon", "icon": {"name": "snake", "color": "purple"}})
    for language, source in samples.CODE:
        draft.code(language, draft.prose.fill(source) if "{slug}" in source else source)
    for expression in samples.FORMULAS:
        draft.add("equation", {"expression": expression})
    draft.heading(2, "Tables and columns")
    draft.table([["Colour", "Meaning"], ["red", "stop"], ["_green_", "**go**"], ["", ""]], row_header=True)
    media_of_all_kinds(draft)
    rarely_seen_blocks(draft)
    draft.comment("Can we link this from the start page?", replies=["Done, see the sidebar."])
    draft.comment("This heading is too big on phones.", on=draft.content.blocks[3])


@recipe
def synced_origin(draft: Draft) -> None:
    """Holds the original of the synced block."""
    draft.paragraph("Kept here, shown in many places. Change it here only.")
    original = draft.add("synced_block", {"synced_from": None}, item=SYNCED_ITEM)
    with draft.inside(original):
        draft.callout("**Out of hours:** call the duty phone, then write.", {"type": "emoji", "emoji": "☎️"})
        numbers = draft.words("bulleted_list_item", "Duty phone: +00 555 0100")
        with draft.inside(numbers):
            draft.words("bulleted_list_item", draft.prose.fill("Backup: {person}"))


@recipe
def synced_copies(draft: Draft) -> None:
    draft.paragraph("The same box as on the contacts page:")
    for landmark in ("synced_original", "synced_private"):
        source = draft.world.landmarks.get(landmark)
        if source is not None:
            draft.add("synced_block", {"synced_from": {"type": "block_id", "block_id": source}})
    draft.paragraph(draft.prose.line(phrases.FACTS))


@recipe
def incident_log(draft: Draft) -> None:
    """More than three hundred blocks on one level."""
    draft.paragraph("Newest at the bottom. One line per event, details in the linked page.")
    for number in range(1, LONG_LOG_ENTRIES + 1):
        if number % 30 == 1:
            draft.heading(3, f"Week {number // 30 + 1}")
        draft.paragraph(f"`#{number:04}` {draft.prose.line(phrases.UPDATES)}")


@recipe
def faq(draft: Draft) -> None:
    """More than a hundred blocks, some of them toggles with answers."""
    for number in range(FAQ_ENTRIES):
        question = draft.prose.line(phrases.QUESTIONS)
        if number % 8 == 0:
            toggle = draft.toggle(question)
            with draft.inside(toggle):
                draft.paragraph(draft.prose.line(phrases.REASONS))
        else:
            draft.paragraph(f"**{question}**")
        draft.paragraph(draft.prose.line(phrases.FACTS))


@recipe
def deep_outline(draft: Draft) -> None:
    """Eight levels of nesting."""
    draft.paragraph("The outline of the yearly plan, as deep as the discussion went.")

    def nest(level: int) -> None:
        kinds = ("toggle", "bulleted_list_item", "numbered_list_item", "quote")
        block = draft.words(kinds[level % len(kinds)], f"Level {level}: {draft.prose.line(phrases.REASONS)}")
        if level < 8:
            with draft.inside(block):
                nest(level + 1)
                if level % 3 == 0:
                    draft.todo(draft.prose.line(phrases.ACTIONS), done=False)

    nest(1)
    nest(4)


@recipe
def many_languages(draft: Draft) -> None:
    draft.paragraph("Samples for testing fonts and exports. Please do not “correct” them.")
    for line in samples.UNICODE_LINES:
        draft.paragraph(line)
    draft.table([["言語", "אות", "حرف"], ["日本", "שלום", "سلام"], ["e\u0301", "👩🏽‍🔬", "\u00a0"]])
    draft.code("plain text", "┌────┐\n│ 表 │\n└────┘\n")
    draft.paragraph([text("𝔘𝔫𝔦𝔠𝔬𝔡𝔢 beyond the basic plane: 𐍈 🜚 🫠", italic=True, color="red")])
