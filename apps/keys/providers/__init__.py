"""Who holds the master keys: one module each, chosen by ``settings.KEY_PROVIDERS``."""
