"""How members of an organization sign in: its own providers, its e-mail domains, what it requires."""
