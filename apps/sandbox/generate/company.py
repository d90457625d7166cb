"""The invented companies whose wikis the sandbox holds. Nobody here exists."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    domain: str
    icon: str
    about: str
    products: tuple[str, ...]
    parts: tuple[str, ...]
    customers: tuple[str, ...]
    sites: tuple[tuple[str, float, float], ...]
    """Name, latitude and longitude."""
    metrics: tuple[str, ...]
    tools: tuple[str, ...]
    things: str
    """What the company counts by the thousand."""
    kit: tuple[str, ...]
    """What lies in its store room."""
    people: tuple[str, ...]


TIDEWELL: Final = Company(
    name="Tidewell Instruments",
    domain="tidewell.example",
    icon="🌊",
    about="We build buoys that measure water and the software that says what the numbers mean.",
    products=("Sounder buoy", "Tideline dashboard", "Mooring gateway", "Sounder Mini", "Tideline alerts"),
    parts=(
        "turbidity probe",
        "edge agent",
        "charge controller",
        "telemetry queue",
        "calibration rig",
        "alert router",
        "anchor kit",
        "firmware updater",
        "salinity model",
        "map tiles",
        "billing export",
        "dissolved-oxygen sensor",
    ),
    customers=(
        "Kelvin Bay Harbour Authority",
        "Norrvik Seafood",
        "Halland Water Board",
        "Loch Ardan Salmon",
        "Port of Westerhaven",
        "Bahía Clara Aquaculture",
        "Ostrava Reservoir Trust",
        "Mizuumi Fisheries 湖水産",
        "Saltmarsh Trust",
        "Delta Irrigation Union",
        "Fjordkraft Lab",
        "Great Sedge Estuary Project",
    ),
    sites=(
        ("Kelvin Bay north pier", 57.1441, -2.0668),
        ("Norrvik pen 4", 63.4413, 10.4101),
        ("Halland intake", 56.8932, 12.5013),
        ("Westerhaven lock", 53.4387, 6.8359),
        ("Ardan loch head", 56.4631, -5.2149),
        ("Bahía Clara raft", 43.4609, -3.8079),
    ),
    metrics=(
        "packet loss",
        "battery drain per day",
        "time to first reading",
        "false alerts per buoy",
        "support response time",
        "calibration drift",
        "weekly active dashboards",
        "return rate",
    ),
    tools=("Grafana", "the deploy bot", "the bench logger", "the parts tracker", "the status page", "Figma"),
    things="readings",
    kit=("Turbidity probe", "Mooring line 20 m", "Solar panel 12 W", "Float collar", "Marine battery", "Anchor 40 kg"),
    people=(
        "Ingrid Solheim",
        "Marcus Okafor",
        "佐藤 美咲",
        "Zoë Lindqvist",
        "Tomás Herrera",
        "Nadia Haddad",
        "Callum Reid",
        "Priya Raman",
        "Søren Dahl",
        "Anna-Lena Weiß",
        "יעל כהן",
        "Joaquim Ribeiro",
        "Fatima El-Amin",
        "Grace Mbeki",
        "Wei Zhang",
        "Ola Nowak",
    ),
)

KESTREL: Final = Company(
    name="Kestrel & Rowe Freight",
    domain="kestrelrowe.example",
    icon="🚛",
    about="We move awkward loads across borders and tell people where they are.",
    products=("Waybill", "Yard planner", "Kestrel Track", "Customs desk", "Driver app"),
    parts=(
        "route optimiser",
        "dock scheduler",
        "label printer",
        "tariff lookup",
        "driver chat",
        "geofence service",
        "trailer ledger",
        "invoice matcher",
        "cold-chain logger",
        "yard camera",
    ),
    customers=(
        "Brightmoor Foods",
        "Castellan Glass",
        "Hedgerow Nurseries",
        "Vale Turbines",
        "Ōmori Precision 大森精機",
        "Pomme & Fils",
        "Quarry Lane Stone",
        "Sundial Solar",
    ),
    sites=(
        ("Felling depot", 54.9513, -1.5711),
        ("Zevenaar hub", 51.9302, 6.0716),
        ("Poznań yard", 52.4064, 16.9252),
        ("Irun crossing", 43.3381, -1.7890),
    ),
    metrics=(
        "on-time departures",
        "empty kilometres",
        "dock dwell time",
        "claims per thousand loads",
        "driver turnover",
        "customs holds",
    ),
    tools=("the yard board", "the dispatch console", "Metabase", "the fuel card portal", "the on-call phone"),
    things="waybills",
    kit=("Ratchet strap", "Pallet jack", "Thermal logger", "Handheld scanner", "Snow chains", "Corner protector"),
    people=(
        "Helen Rowe",
        "Dawit Bekele",
        "Lucía Fernández",
        "Piotr Zieliński",
        "Amara Nwosu",
        "Jonas Keller",
        "Mei-Ling Chow",
        "Ruairí Byrne",
        "Selin Aydın",
        "Victor Lindholm",
        "ليلى منصور",
        "Noah Adeyemi",
    ),
)

HOLLIN: Final = Company(
    name="Hollin Street Studio",
    domain="hollinstreet.example",
    icon="🪑",
    about="A small studio that designs furniture, light and the rooms around them.",
    products=("Alcove lamp", "Fold chair", "Hollin shelf", "Room survey", "Swatch library"),
    parts=(
        "oak veneer",
        "dimmer board",
        "hinge prototype",
        "packaging insert",
        "finish chart",
        "render farm",
        "supplier portal",
        "care leaflet",
    ),
    customers=("Maison Perle", "Northlight Library", "Café Umber", "The Gantry Hotel", "Lumen School", "Atelier 北"),
    sites=(("Hollin Street workshop", 53.7997, -1.5492), ("Ghent showroom", 51.0543, 3.7174)),
    metrics=("lead time", "returns", "quote win rate", "hours per piece", "waste per sheet"),
    tools=("Figma", "the cutting list", "the sample drawer", "the order sheet"),
    things="orders",
    kit=("Oak sample", "Lamp socket", "Router bit 8 mm", "Felt roll", "Brass hinge", "Clamp"),
    people=(
        "Imogen Hollin",
        "Arturo Bianchi",
        "Tove Strand",
        "Kenji Mori",
        "Bea Castellanos",
        "Oluwaseun Ajayi",
        "Małgorzata Wrona",
        "Rafi Stern",
    ),
)

COMPANIES: Final = (TIDEWELL, KESTREL, HOLLIN)
