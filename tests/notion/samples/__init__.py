"""Small answers of our own invention: at least one for each block and property type.

The sweeps over the registries look here, and fail for a type that has none.
"""
