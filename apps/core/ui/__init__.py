"""How things are worded and drawn: closed vocabularies and formatting, without a template in sight."""
