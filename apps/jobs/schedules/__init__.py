"""Starting jobs by the clock. The ticker looks for what is due; everything else is an operation of a person."""
