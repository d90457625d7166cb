"""The databases of the company: what they are called, their properties, their rows and how rows relate."""

from dataclasses import dataclass, field
from typing import Final

from apps.sandbox.generate import phrases, samples
from apps.sandbox.generate.planter import Planter
from apps.sandbox.world.links import Links
from apps.sandbox.world.objects import DataSource, Page

STATUS: Final = {
    "To-do": ("Not started", "Backlog"),
    "In progress": ("In progress", "Waiting", "In review"),
    "Complete": ("Done", "Dropped"),
}


@dataclass(slots=True)
class Tables:
    """The data sources by a name of the generator's, and the relations still to be filled."""

    sources: dict[str, DataSource] = field(default_factory=dict)
    links: dict[str, Links] = field(default_factory=dict)


def plant_projects(planter: Planter, tables: Tables, host: Page) -> None:
    makers = planter.makers
    projects = planter.source(planter.database("Projects", host, emoji="🗂️"), "Projects")
    planter.property(projects, "Status", "status", makers.option(), groups=STATUS)
    planter.property(projects, "Lead", "people", makers.some_people(1, 1))
    planter.property(projects, "Timeline", "date", makers.date(0, 30, longest=90))
    planter.property(projects, "Health", "select", makers.option(0.1), options=("On track", "At risk", "Off track"))
    planter.property(projects, "Budget", "number", makers.number(5, 240, 500), format="euro")
    planter.property(projects, "Brief", "files", makers.files("brief.pdf", 0.3))
    planter.property(projects, "Last edited", "last_edited_time")
    tables.sources["projects"] = projects
    planter.view(projects, "All projects")
    planter.view(projects, "Timeline", "timeline")


def plant_tasks(planter: Planter, tables: Tables, host: Page) -> None:
    """Relates to the projects, which then sum their tasks up."""
    makers, projects = planter.makers, tables.sources["projects"]
    tasks = planter.source(
        planter.database("Tasks", host, emoji="✔️", description="Everything somebody promised to do."), "Tasks"
    )
    planter.property(tasks, "Status", "status", makers.option(), groups=STATUS)
    planter.property(tasks, "Assignee", "people", makers.some_people(0, 2))
    planter.property(tasks, "Due", "date", makers.date(1, 60))
    planter.property(tasks, "Estimate", "number", makers.number(1, 40), format="number")
    planter.property(tasks, "Priority", "select", makers.option(0.15), options=("✹ High", "✷ Medium", "✶ Low"))
    planter.property(
        tasks, "Tags", "multi_select", makers.options(3), options=("bench", "field", "web", "docs", "supplier", "日本")
    )
    planter.property(tasks, "ID", "unique_id", makers.running_number(), prefix="TSK")
    planter.property(tasks, "Created", "created_time")
    planter.property(tasks, "Author", "created_by")
    status = tasks.property_named("Status")
    if status is not None:
        planter.property(tasks, "Done", "checkbox", makers.same_as(status, "Done", "Dropped"))
    tables.links["task_project"] = planter.relation(tasks, "Project", projects, back="Tasks")
    tables.links["task_blockers"] = planter.relation(tasks, "Blocked by", tasks, back="Blocking")
    planter.property(
        tasks,
        "Overdue",
        "formula",
        expression='not empty(prop("Due")) and not prop("Done") and prop("Due") < now()',
    )
    planter.property(tasks, "Label", "formula", expression='format(prop("Priority")) + " · " + prop("Name")')
    planter.rollup(projects, "Task count", "Tasks", "Name", "count")
    planter.rollup(projects, "Hours", "Tasks", "Estimate", "sum")
    planter.rollup(projects, "Share done", "Tasks", "Done", "percent_checked")
    planter.rollup(projects, "Next due", "Tasks", "Due", "earliest_date")
    planter.rollup(projects, "Statuses", "Tasks", "Status", "show_original")
    planter.property(projects, "Hours left", "formula", expression='round(prop("Hours") * (1 - prop("Share done")))')
    planter.view(tasks, "All tasks", sorts=[{"property": "Due", "direction": "ascending"}])
    planter.view(tasks, "Board", "board")
    planter.view(tasks, "Calendar", "calendar")
    tables.sources["tasks"] = tasks


def plant_meetings(planter: Planter, tables: Tables, host: Page) -> None:
    makers = planter.makers
    meetings = planter.source(planter.database("Meetings", host, emoji="🗣️"), "Meetings", "Meeting")
    planter.property(meetings, "When", "date", makers.date(0, 2, with_time=True, empty=0.02))
    planter.property(meetings, "Attendees", "people", makers.some_people(1, 6))
    planter.property(
        meetings, "Kind", "select", makers.option(), options=("Weekly", "Review", "1:1", "Customer", "Ad hoc")
    )
    planter.property(meetings, "Recording", "url", makers.url("recordings", 0.6))
    planter.property(meetings, "Outcome", "rich_text", makers.words(phrases.DECISIONS, 0.4))
    if "projects" in tables.sources:
        tables.links["meeting_project"] = planter.relation(meetings, "Project", tables.sources["projects"])
        planter.rollup(meetings, "Project health", "Project", "Health", "show_original")
    planter.view(meetings, "By date", sorts=[{"property": "When", "direction": "descending"}])
    tables.sources["meetings"] = meetings


def plant_crm(planter: Planter, tables: Tables, host: Page) -> None:
    """One database with two data sources."""
    makers = planter.makers
    crm = planter.database("Customers", host, emoji="🤝", description="Accounts and the people in them.")
    accounts = planter.source(crm, "Accounts", "Account")
    planter.property(
        accounts, "Segment", "select", makers.option(0.1), options=("Harbour", "Farm", "Water board", "Research")
    )
    planter.property(accounts, "Yearly revenue", "number", makers.number(2, 400, 1000), format="euro")
    planter.property(accounts, "Churn risk", "number", makers.number(0, 60, 0.01), format="percent")
    planter.property(accounts, "Where", "place", makers.place())
    planter.property(accounts, "Website", "url", makers.url("accounts"))
    planter.property(accounts, "Owner", "people", makers.some_people(1, 1))
    contacts = planter.source(crm, "Contacts", "Person")
    planter.property(contacts, "Email", "email", makers.email())
    planter.property(contacts, "Phone", "phone_number", makers.phone())
    planter.property(contacts, "Notes", "rich_text", makers.words(phrases.VOICES, 0.5))
    tables.links["contact_account"] = planter.relation(contacts, "Account", accounts, back="Contacts")
    planter.rollup(accounts, "People", "Contacts", "Person", "count")
    planter.rollup(accounts, "Addresses", "Contacts", "Email", "show_unique")
    planter.view(accounts, "Accounts")
    planter.view(contacts, "Contacts", "gallery")
    tables.sources |= {"accounts": accounts, "contacts": contacts}


def plant_inventory(planter: Planter, tables: Tables, host: Page) -> None:
    """Every kind of property in one table."""
    makers = planter.makers
    items = planter.source(planter.database("Field kit", host, emoji="🧰"), "Field kit", "Item")
    planter.property(items, "Serial", "unique_id", makers.running_number(), prefix=None)
    planter.property(items, "State", "status", makers.option(), groups=STATUS)
    planter.property(items, "Kind", "select", makers.option(), options=("Probe", "Cable", "Float", "Battery"))
    planter.property(items, "Fits", "multi_select", makers.options(3), options=planter.company.products[:4])
    planter.property(items, "Weight", "number", makers.number(1, 900, 0.1), format="number_with_commas")
    planter.property(items, "Bought", "date", makers.date(-200, 0, empty=0.1))
    planter.property(items, "Keeper", "people", makers.some_people(0, 1))
    planter.property(items, "Papers", "files", makers.files("certificate.pdf", 0.6))
    planter.property(items, "Calibrated", "checkbox", makers.yes(0.6))
    planter.property(items, "Manual", "url", makers.url("manuals"))
    planter.property(items, "Supplier mail", "email", makers.email())
    planter.property(items, "Supplier phone", "phone_number", makers.phone())
    planter.property(items, "Remarks", "rich_text", makers.words(phrases.FACTS))
    planter.property(items, "Lies at", "place", makers.place(0.4))
    planter.property(items, "Book a repair", "button")
    planter.property(items, "Added", "created_time")
    planter.property(items, "Added by", "created_by")
    planter.property(items, "Touched", "last_edited_time")
    planter.property(items, "Touched by", "last_edited_by")
    tables.links["item_spares"] = planter.relation(items, "Spares for", items)
    planter.rollup(items, "Spare weight", "Spares for", "Weight", "average")
    planter.rollup(items, "Spare dates", "Spares for", "Bought", "date_range")
    planter.property(
        items,
        "Shelf label",
        "formula",
        expression='upper(substring(prop("Item"), 0, 3)) + "-" + format(prop("Serial"))',
    )
    planter.property(items, "Heavy", "formula", expression='prop("Weight") > 25')
    planter.property(items, "Next check", "formula", expression='dateAdd(prop("Bought"), 52, "weeks")')
    planter.property(items, "Weight in grams", "formula", expression='prop("Weight") * 1000')
    planter.view(items, "Kit list")
    planter.view(items, "Map", "map")
    tables.sources["inventory"] = items


def plant_decisions(planter: Planter, tables: Tables, host: Page) -> None:
    makers = planter.makers
    decisions = planter.source(planter.database("Decision log", host, emoji="⚖️"), "Decision log", "Decision")
    planter.property(decisions, "State", "select", makers.option(), options=("Accepted", "Proposed", "Superseded"))
    planter.property(decisions, "Number", "unique_id", makers.running_number(), prefix="ADR")
    planter.property(decisions, "Deciders", "people", makers.some_people(1, 3))
    planter.property(decisions, "Decided", "date", makers.date(0, 14))
    planter.property(decisions, "Summary", "rich_text", makers.words(phrases.REASONS, 0.1))
    tables.links["decision_supersedes"] = planter.relation(decisions, "Supersedes", decisions, back="Superseded by")
    planter.view(decisions, "Log")
    tables.sources["decisions"] = decisions


def plant_handbook(planter: Planter, tables: Tables, host: Page) -> None:
    makers = planter.makers
    handbook = planter.source(planter.database("Handbook", host, emoji="📖"), "Handbook", "Page")
    planter.property(handbook, "Owner", "people", makers.some_people(1, 1))
    planter.property(handbook, "Verification", "verification", makers.verification())
    planter.property(
        handbook, "Topic", "multi_select", makers.options(2), options=("Money", "Time off", "Travel", "Safety")
    )
    planter.property(handbook, "Last edited by", "last_edited_by")
    planter.view(handbook, "Home")
    tables.sources["handbook"] = handbook


def plant_glossary(planter: Planter, tables: Tables, host: Page | None) -> None:
    """A database at the top of the workspace."""
    glossary = planter.source(planter.database("Glossary", host, emoji="🔤"), "Glossary", "Term")
    planter.property(glossary, "Meaning", "rich_text", planter.makers.words(phrases.FACTS, 0.05))
    planter.property(glossary, "Also called", "rich_text", planter.makers.words(samples.UNICODE_LINES, 0.7))
    planter.view(glossary, "A–Z", sorts=[{"property": "Term", "direction": "ascending"}])
    tables.sources["glossary"] = glossary


def plant_checklist(planter: Planter, tables: Tables, host: Page) -> None:
    """An inline database, inside a toggle of its page."""
    database = planter.database("Release checklist", host, inline=True, in_block=True)
    checklist = planter.source(database, "Release checklist", "Step")
    planter.property(checklist, "Done", "checkbox", planter.makers.yes(0.5))
    planter.property(checklist, "Who", "people", planter.makers.some_people(0, 1))
    planter.view(checklist, "Table")
    tables.sources["checklist"] = checklist


def plant_empty(planter: Planter, tables: Tables, host: Page) -> None:
    """A database nobody has filled yet."""
    ideas = planter.source(planter.database("Incident reports 2027", host), "Incident reports 2027")
    planter.property(ideas, "Severity", "select", options=("S1", "S2", "S3"))
    planter.view(ideas, "Table")
    tables.sources["empty"] = ideas
