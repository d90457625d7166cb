"""How changes look: the icon and class of each kind, the element around words that came or went."""

CHANGES = {
    "added": ("plus", "add"),
    "removed": ("minus", "del"),
    "moved": ("arrows-move", "mov"),
    "renamed": ("cursor-text", "mod"),
    "changed": ("pencil", "mod"),
}
"""Icon and class."""
PIECES = {
    "same": "{}",
    "removed": "<del>{}</del>",
    "added": "<ins>{}</ins>",
    "restyled": '<span class="nh-restyled" title="The formatting or the link changed">{}</span>',
}
