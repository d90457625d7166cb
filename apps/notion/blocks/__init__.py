"""Block types, one file each. A new file is found by itself; the registry is `BLOCKS`."""

from importlib import import_module
from pkgutil import iter_modules

from apps.notion.blocks.block import BLOCKS, Block, UnknownBlock, parse_block

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["BLOCKS", "Block", "UnknownBlock", "parse_block"]
