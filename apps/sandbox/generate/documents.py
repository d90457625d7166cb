"""The documents of an ordinary working week: notes, decisions, runbooks, plans."""

from collections.abc import Callable
from typing import Final

from apps.sandbox.generate import phrases, samples
from apps.sandbox.generate.draft import Draft
from apps.sandbox.world.rich_text import date_mention, page_mention, text, user_mention

Recipe = Callable[[Draft], None]
RECIPES: Final[dict[str, Recipe]] = {}


def recipe(write: Recipe) -> Recipe:
    RECIPES[write.__name__] = write
    return write


def talk(draft: Draft, probability: float = 0.12) -> None:
    """Sometimes somebody says something about the page and about one of its blocks."""
    dice, prose = draft.dice, draft.prose
    if dice.chance(probability):
        draft.comment(prose.line(phrases.QUESTIONS), replies=[prose.line(phrases.REASONS)])
    if draft.content.blocks and dice.chance(probability / 2):
        draft.comment(prose.line(phrases.ACTIONS), on=dice.pick(draft.content.blocks))


def to_dos(draft: Draft, count: int) -> None:
    for line in draft.prose.lines(phrases.ACTIONS, count):
        draft.todo(line, draft.dice.chance(0.45))


@recipe
def empty(draft: Draft) -> None:
    """Nothing was ever written here."""


@recipe
def index(draft: Draft) -> None:
    draft.paragraph(draft.prose.line(phrases.INTROS))
    draft.add("table_of_contents", {"color": "gray"})
    draft.heading(2, "Pages")


@recipe
def short_note(draft: Draft) -> None:
    for line in draft.prose.lines(phrases.UPDATES, draft.dice.between(1, 3)):
        draft.paragraph(line)
    talk(draft, 0.06)


@recipe
def meeting(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    people = dice.sample(draft.people, dice.between(2, 5))
    attendees = [text("Attendees: ", bold=True)]
    for at, person in enumerate(people):
        attendees += [text(", ")] * bool(at) + [user_mention(person)]
    draft.paragraph(attendees)
    draft.heading(2, "Agenda")
    draft.numbers(prose.lines(phrases.QUESTIONS, dice.between(2, 4)))
    draft.heading(2, "Discussion")
    for line in prose.lines(phrases.UPDATES, dice.between(2, 5)):
        point = draft.words("bulleted_list_item", line)
        if dice.chance(0.3):
            with draft.inside(point):
                draft.words("bulleted_list_item", prose.line(phrases.REASONS))
    if dice.chance(0.5):
        draft.callout(f"**Decision:** {prose.line(phrases.DECISIONS)}", {"type": "emoji", "emoji": "✅"})
    draft.heading(2, "Actions")
    to_dos(draft, dice.between(2, 5))
    talk(draft)


@recipe
def decision(draft: Draft) -> None:
    prose = draft.prose
    draft.callout(prose.line(phrases.DECISIONS), {"type": "emoji", "emoji": "⚖️"}, "blue_background")
    draft.heading(2, "Context")
    for line in prose.lines(phrases.FACTS, 2):
        draft.paragraph(line)
    draft.heading(2, "Why")
    draft.bullets(prose.lines(phrases.REASONS, 3))
    draft.heading(2, "What we give up")
    draft.bullets(prose.lines(phrases.RISKS, 2))
    draft.paragraph([text("See also "), page_mention(draft.some_page()), text(".")])
    talk(draft, 0.2)


@recipe
def runbook(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.callout(prose.line(phrases.INTROS), {"type": "emoji", "emoji": "🧯"}, "red_background")
    draft.heading(2, "Steps")
    for line in prose.lines(phrases.STEPS, dice.between(5, 9)):
        step = draft.words("numbered_list_item", line)
        if dice.chance(0.2):
            language, source = dice.pick(samples.CODE)
            with draft.inside(step):
                draft.code(language, prose.fill(source) if "{slug}" in source else source)
    rollback = draft.heading(2, "Rolling back", toggles=True)
    with draft.inside(rollback):
        draft.numbers(prose.lines(phrases.STEPS, 3))
    draft.heading(2, "If it fails")
    draft.bullets(prose.lines(phrases.RISKS, 2))
    talk(draft)


@recipe
def project_brief(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.paragraph(prose.line(phrases.INTROS))
    due = f"2026-{dice.between(1, 12):02}-{dice.between(1, 28):02}"
    draft.paragraph([text("Target date: "), date_mention(due), text(" · Lead: "), user_mention(draft.some_person())])
    left, right = draft.columns((0.6, 0.4))
    with draft.inside(left):
        draft.heading(3, "Goals")
        draft.bullets(prose.lines(phrases.DECISIONS, 2))
    with draft.inside(right):
        draft.heading(3, "Risks")
        draft.bullets(prose.lines(phrases.RISKS, 2))
    draft.heading(2, "Plan")
    figures = [["Phase", "Owner", "Weeks"]]
    for phase in ("Measure", "Build", "Pilot", "Roll out"):
        figures.append([phase, prose.fill("{person}"), str(dice.between(1, 8))])
    draft.table(figures, row_header=True)
    to_dos(draft, 3)
    if dice.chance(0.25):
        draft.media("image", "timeline.png", prose.line(phrases.FACTS))
    talk(draft, 0.2)


@recipe
def weekly(draft: Draft) -> None:
    prose = draft.prose
    for title in ("Highlights", "Lowlights"):
        draft.heading(2, title)
        draft.bullets(prose.lines(phrases.UPDATES, draft.dice.between(2, 4)))
    draft.divider()
    draft.quote(prose.line(phrases.VOICES))
    to_dos(draft, draft.dice.between(1, 3))


@recipe
def retro(draft: Draft) -> None:
    prose = draft.prose
    columns = draft.columns((None, None, None))
    for column, title, bank in zip(
        columns,
        ("Went well", "Went badly", "Try next"),
        (phrases.WENT_WELL, phrases.WENT_BADLY, phrases.ACTIONS),
        strict=True,
    ):
        with draft.inside(column):
            draft.heading(3, title)
            draft.bullets(prose.lines(bank, 3))
    talk(draft, 0.3)


@recipe
def spec(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.add("table_of_contents", {"color": "default"})
    for title in dice.sample(samples.HEADINGS, dice.between(3, 5)):
        draft.heading(2, title)
        for line in prose.lines(phrases.FACTS, dice.between(1, 3)):
            draft.paragraph(line)
    language, source = dice.pick(samples.CODE)
    draft.code(language, prose.fill(source) if "{slug}" in source else source, "As deployed")
    if dice.chance(0.3):
        draft.add("equation", {"expression": dice.pick(samples.FORMULAS)})
    questions = draft.toggle("Open questions")
    with draft.inside(questions):
        draft.bullets(prose.lines(phrases.QUESTIONS, 3))
    talk(draft)


@recipe
def policy(draft: Draft) -> None:
    prose = draft.prose
    draft.paragraph(prose.line(phrases.INTROS))
    draft.numbers(prose.lines(phrases.POLICY, 4))
    draft.add("divider", {})
    draft.paragraph([text("Questions go to "), user_mention(draft.some_person()), text(".")])


@recipe
def interview(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.paragraph(prose.fill("Call with {customer} about {product}, {n} minutes."))
    for line in prose.lines(phrases.VOICES, dice.between(2, 4)):
        draft.quote(line)
        draft.paragraph(prose.line(phrases.REASONS))
    draft.heading(3, "Follow-up")
    to_dos(draft, 2)
    if dice.chance(0.2):
        draft.media("file", "transcript.txt", "Transcript, lightly edited")


@recipe
def onboarding(draft: Draft) -> None:
    prose = draft.prose
    draft.paragraph(f"Welcome to **{draft.company.name}**. {draft.company.about}")
    for title in ("First day", "First week", "First month"):
        section = draft.heading(2, title, toggles=True)
        with draft.inside(section):
            to_dos(draft, 4)
    draft.callout(prose.line(phrases.POLICY), {"type": "emoji", "emoji": "💬"})
    talk(draft, 0.4)


@recipe
def post_mortem(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.callout(
        f"**What happened:** {prose.line(phrases.CAUSES)}", {"type": "emoji", "emoji": "🚨"}, "red_background"
    )
    draft.heading(2, "Timeline")
    minute, events = dice.between(6 * 60, 18 * 60), [["Time", "What we saw", "Who"]]
    for line in prose.lines(phrases.STEPS, dice.between(4, 6)):
        events.append([f"{minute // 60:02}:{minute % 60:02}", line, prose.fill("{person}")])
        minute += dice.between(2, 40)
    draft.table(events, row_header=True)
    draft.heading(2, "Why it was possible")
    draft.numbers(prose.lines(phrases.RISKS, 3))
    draft.heading(2, "What we change")
    to_dos(draft, 4)
    talk(draft, 0.4)


@recipe
def release_notes(draft: Draft) -> None:
    prose = draft.prose
    draft.paragraph(prose.fill("Goes to all sites on {weekday}; {site} has run it for {n} days."))
    for title, bank in (("New", phrases.DECISIONS), ("Better", phrases.WENT_WELL), ("Fixed", phrases.CAUSES)):
        draft.heading(3, title)
        draft.bullets(prose.lines(bank, draft.dice.between(1, 3)))
    draft.code("bash", prose.fill("make {slug}-release VERSION={version}\n"))
    talk(draft)


@recipe
def goals(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.quote(prose.line(phrases.VOICES))
    figures = [["Goal", "Now", "By the end", "Owner"]]
    for _ in range(dice.between(2, 4)):
        now = dice.between(20, 90)
        goal = prose.fill("{metric}")
        figures.append([goal, f"{now}", f"**{now * dice.between(40, 80) // 100}**", prose.fill("{person}")])
    draft.table(figures)
    draft.heading(3, "Not this time")
    draft.bullets(prose.lines(phrases.QUESTIONS, 2))
    talk(draft, 0.25)


@recipe
def pricing(draft: Draft) -> None:
    dice, prose = draft.dice, draft.prose
    draft.paragraph(prose.line(phrases.DECISIONS))
    price = dice.between(8, 40) * 10
    plans = [["Plan", "Per month", "Sites"]]
    for at, plan in enumerate(("Starter", "Fleet", "Coast")):
        plans.append([plan, f"€{price * (at + 1)}", str(5 ** (at + 1))])
    draft.table(plans, row_header=True)
    draft.add("equation", {"expression": "p = p_0 \\cdot (1 - 0.05)^{n}"})
    draft.bullets(prose.lines(phrases.REASONS, 2))
    talk(draft, 0.3)


@recipe
def call_script(draft: Draft) -> None:
    prose = draft.prose
    draft.callout(prose.line(phrases.POLICY), {"type": "emoji", "emoji": "📞"})
    for question in prose.lines(phrases.QUESTIONS, draft.dice.between(3, 5)):
        toggle = draft.toggle(question)
        with draft.inside(toggle):
            draft.paragraph(prose.line(phrases.REASONS))
    draft.divider()
    draft.quote(prose.line(phrases.VOICES))


@recipe
def checklist(draft: Draft) -> None:
    for title in ("Before", "On the day", "After"):
        draft.heading(3, title)
        for line in draft.prose.lines(phrases.STEPS, draft.dice.between(2, 4)):
            draft.todo(line, draft.dice.chance(0.6))
    talk(draft)
