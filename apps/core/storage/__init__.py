"""Where files lie: a folder on a disk, or a store of objects behind an address; and the links that lead to them."""
