"""People. What they may do is decided by their memberships, never here."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from apps.core.fields import PublicIdField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str = "", **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), name=name or email.partition("@")[0], **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person, known by an identity at one or more providers. There are no passwords."""

    public_id = PublicIdField(prefix="usr")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Identity(models.Model):
    """One account at one provider. (realm, issuer, subject) is who it is; the e-mail is only what it says.

    ``realm`` is the public id of the organization whose own provider said it: what that provider says holds there and
    nowhere else, even if it calls itself like one of the installation's. For those it is empty.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    realm = models.CharField(max_length=24, blank=True)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["realm", "issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
