"""The people of the demo. Neither Django nor the issuer is needed to read this."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    sub: str
    name: str
    email: str
    organization: str
    slug: str
    role: str

    def claims(self) -> dict[str, object]:
        """OpenID Connect Core 1.0 section 5.1."""
        return {"name": self.name, "email": self.email, "email_verified": True}


PEOPLE = (
    Person("alice", "Alice Moreau", "alice@northwind.example", "Northwind Studio", "northwind", "owner"),
    Person("bob", "Bob Iversen", "bob@northwind.example", "Northwind Studio", "northwind", "viewer"),
    Person("charlie", "Charlie Okoro", "charlie@fabrikam.example", "Fabrikam", "fabrikam", "owner"),
)
HOME = "northwind"
"""The organization whose sandbox workspace and token ``var/demo.json`` names."""
