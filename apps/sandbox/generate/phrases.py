"""What people write. ``{slots}`` are filled by `prose`; ``**``, backticks, ``_`` and ``[]()`` become rich text."""

from typing import Final

INTROS: Final = (
    "This page collects what we know about the {part} and who to ask. If something here is wrong, fix it.",
    "We wrote this after the second time {customer} asked the same question and got two different answers.",
    "Short version: the {part} is ours from {month} on, and {person} decides when it is good enough.",
    "Everything below was true in {month}. Check the date before you act on it.",
    "Read this before you touch the {part}. It takes five minutes and has saved us at least two rollbacks.",
    "The {product} has grown faster than its documentation; this is the attempt to catch up.",
    "Owner: {person}. Reviewed every {quarter}, sooner when the {part} changes.",
    "We keep this page boring on purpose: what it does, how it fails, what to do then.",
)
UPDATES: Final = (
    "The {part} has been stable for {n} days, and {metric} is down **{pct}%** since the last release.",
    "{customer} moved to {product} {version} on {weekday}; {person} is watching {metric} for the first week.",
    "We shipped the new {part} to {n} sites. Two needed a manual restart, both because of an old config.",
    "{metric} went up again on {weekday}. The likely cause is the {part}, but we have not proved it.",
    "Work on the {part} is paused until {person} hears back from {customer}.",
    "The backlog shrank from {big} to {n} items, mostly by closing things nobody will ever do.",
    "{person} finished the migration script; the dry run against last month's data took {n} minutes.",
    "We promised {customer} a fix by {weekday}. It is merged, tested and waiting for the maintenance window.",
    "Half of the alerts at {site} were noise. After the threshold change there were {n} in a week instead of {big}.",
    "Procurement found a second supplier for the {part}: {pct}% dearer, but four weeks faster.",
    "The {product} demo for {customer} went well; they asked about exports three times.",
    "Nothing new on {metric}. We will stop reporting it here unless it moves.",
)
DECISIONS: Final = (
    "We will keep the {part} in house and stop evaluating alternatives until {quarter}.",
    "The {product} moves to a single release train; hotfixes need {person}'s approval.",
    "{customer} stays on the old {part} until their contract is renewed.",
    "We accept higher {metric} for one quarter in exchange for a simpler {part}.",
    "New sites are calibrated before shipping, never on location.",
    "From {month} on, every change to the {part} needs a written rollback step.",
    "We drop support for firmware older than `{version}`.",
)
REASONS: Final = (
    "Both options cost about the same; this one fails in a way we understand.",
    "The team that would have to run it is the team that asked for it.",
    "We tried the alternative at {site} and {metric} got worse by {pct}%.",
    "It can be undone in a day, so waiting for more data is the expensive choice.",
    "Legal has no objection, and {customer} signed off on {weekday}.",
    "Nobody could name a customer who would notice the difference.",
)
RISKS: Final = (
    "If the {part} slips past {month}, the {customer} rollout slips with it.",
    "Only {person} knows how the {part} is provisioned.",
    "Spare parts at {site} cover one failure, not two.",
    "The contract with {customer} has a penalty clause from {quarter} on.",
    "We depend on {tool} for this and have no fallback.",
    "Seasonal load: {metric} doubles every {month}.",
)
STEPS: Final = (
    "Check {tool} for open incidents on the {part}.",
    "Tell #{channel} that you are starting, with a link to this page.",
    "Run `make {slug}-check` and wait for three green rows.",
    "Drain the {part}: new work goes to the standby within {n} seconds.",
    "Compare {metric} with the same hour last week.",
    "Ask {person} to confirm before you go on; this is the last point where stopping is free.",
    "Restart the {part} on one site only, preferably {site}.",
    "Wait {n} minutes. Really wait.",
    "Write down what you saw, including what looked odd but turned out fine.",
    "Close the incident and link the timeline.",
)
ACTIONS: Final = (
    "{person} to send the {part} test report to {customer}",
    "{person} to book the site visit at {site}",
    "Draft the release note for {product} {version}",
    "Ask {tool} admins for a second seat",
    "Order {n} spare units of the {part}",
    "Repeat the {metric} measurement with the new firmware",
    "Update the onboarding checklist for {team}",
    "Move the {weekday} sync to fit the Osaka calls",
    "Write up what happened at {site}",
    "Check whether the {part} survives a cold start",
)
QUESTIONS: Final = (
    "Who carries the pager for the {part} after {month}?",
    "Do we charge for the {part}, or is it part of {product}?",
    "Can {customer} run this without us on the call?",
    "Is {pct}% on {metric} good enough to ship?",
    "What happens to old data when a site is closed?",
    "Why does {site} behave differently from every other site?",
)
FACTS: Final = (
    "The {part} talks to {product} every {n} minutes and keeps {big} readings when it cannot.",
    "{customer} runs {n} units, the largest single installation we have.",
    "A full calibration takes {n} minutes on the bench and about twice that outdoors.",
    "Version `{version}` is the oldest one still in the field.",
    "{team} owns the code, {person} owns the relationship with the supplier.",
    "Cold mornings at {site} are the hardest test we know.",
    "The first prototype is still on the shelf behind {person}'s desk.",
    "Since {quarter} every reading carries the id of the probe that took it.",
)
POLICY: Final = (
    "Expenses under €{n} need no approval; keep the receipt anyway.",
    "Travel is booked through {tool}. Trains before planes when the trip is under six hours.",
    "You can work from anywhere for {n} days a year; tell {team} two weeks ahead.",
    "Laptops are replaced after three years or when they stop being fun.",
    "Nobody is on call for more than one week in four.",
    "Personal data of customers never leaves the {product} environment.",
    "Security reviews are requested in {tool} and answered within {n} working days.",
    "Feedback is given in person first and in writing second.",
)
VOICES: Final = (
    "I only open the dashboard when something smells wrong.",
    "Honestly, the export is the product for us. The rest is nice to have.",
    "We switched the alerts off in {month} and nobody noticed until {weekday}.",
    "If the {part} just told me when it was last cleaned I would pay double.",
    "Your people answered on a Sunday. That is why we renewed.",
    "I print the weekly report and pin it up in the break room.",
)
WENT_WELL: Final = (
    "Handover between {team} and {team} took minutes, not days.",
    "The rollback worked on the first try.",
    "{customer} heard about the problem from us first.",
    "Estimates for the {part} were within {pct}%.",
    "New people shipped something in their first week.",
)
WENT_BADLY: Final = (
    "We found out about {site} from a photo in the chat.",
    "Three people fixed the same bug in the {part}.",
    "The {tool} permissions were wrong for {n} days.",
    "Nobody had read the {part} page, including its author.",
    "We forgot the time zone again.",
)
CHANNELS: Final = ("platform", "field-ops", "hardware", "launches", "customer-desk", "incidents")
TEAMS: Final = (
    "Platform",
    "Hardware",
    "Product",
    "Field Operations",
    "Customer Success",
    "People",
    "Finance",
    "Design",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
HEADINGS: Final = (
    "Background",
    "Where we are",
    "What changed",
    "Details",
    "Numbers",
    "Open points",
    "Next steps",
    "Notes",
)
CODE: Final = (
    ("python", "def battery_days(capacity_wh: float, drain_wh: float) -> float:\n    return capacity_wh / drain_wh\n"),
    ("bash", "make {slug}-check SITE={n}\n./scripts/drain --wait 90\n./scripts/restart --one-site\n"),
    (
        "sql",
        "select site, count(*) as n\nfrom telemetry\nwhere taken_at > now() - interval '1 day'\ngroup by site;\n",
    ),
    ("json", '{"probe": "turbidity", "unit": "NTU", "threshold": 42, "hold_minutes": 15}\n'),
    ("yaml", "agent:\n  retries: 5\n  backoff_seconds: 30\n  sinks: [primary, standby]\n"),
    (
        "typescript",
        "export const isStale = (reading: Reading, now = Date.now()) =>\n  now - reading.takenAt > 15 * 60_000;\n",
    ),
    ("mermaid", "graph LR\n  Probe --> Agent --> Gateway --> Dashboard\n  Gateway --> Alerts\n"),
)
FORMULAS: Final = (
    "E = mc^2",
    "\\Delta t = \\frac{C}{I \\cdot k}",
    "\\sigma = \\sqrt{\\frac{1}{n}\\sum_i (x_i - \\mu)^2}",
    "pH = -\\log_{10}[H^+]",
)
EMOJI: Final = (
    "📌",
    "🧭",
    "🛠️",
    "📈",
    "🧪",
    "🗓️",
    "📝",
    "🔋",
    "📦",
    "🤝",
    "🧯",
    "🌱",
    "🗺️",
    "💡",
    "📣",
    "👩🏽‍🔬",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "🔥",
)
UNICODE_LINES: Final = (
    "日本語の手順書：校正の前に必ずプローブを洗浄してください。",
    "연결이 끊기면 30초 후에 다시 시도합니다.",
    "请在更换电池之前备份配置。",
    "يرجى إيقاف تشغيل الجهاز قبل فتح الغطاء.",
    "נא לבדוק את העוגן לפני העונה.",
    "Zażółć gęślą jaźń — cafe\u0301, nai\u0308ve, A\u030angstro\u0308m (combining marks on purpose).",
    "Emoji with joiners: 👩🏽‍🔬 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇺🇳",
    "Mixed: v2.4 של Tideline ב־3°C, see 水温 chart",
    "ﷺ ﬁ ﬀ ™ ½ ∑ ∞ \u200bzero width space\u200b \u202bRTL embedding\u202c",
)
