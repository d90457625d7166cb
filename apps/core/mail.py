"""E-mail, in one place: written from templates here, sent by a job (:mod:`apps.jobs.mail`), never by an operation.

A letter is two templates, ``mail/<name>.txt`` and ``mail/<name>.html``; the first line of the plain one is its subject.
"""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from apps.core.errors import ConfigError, TransientError

LONGEST_SUBJECT = 180


@dataclass(frozen=True, slots=True)
class Letter:
    """``to`` is one address; ``html`` says the same as ``text``."""

    to: str
    subject: str
    text: str
    html: str


def write(template: str, to: str, context: Mapping[str, Any]) -> Letter:
    """Fill in a letter. The templates know besides ``site``, the address of this installation.

    Texts of the context are brought to one line each, so that no name makes up lines of its own.
    """
    told = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in context.items()}
    known = {**told, "site": settings.BASE_URL}
    subject, _, text = render_to_string(f"mail/{template}.txt", known).strip().partition("\n")
    html = render_to_string(f"mail/{template}.html", {**known, "subject": _one_line(subject)})
    return Letter(to, _one_line(subject), text.strip() + "\n", html)


def send(letter: Letter) -> None:
    """Give a letter to the mail server, which may take seconds.

    Raises :class:`TransientError` when it cannot be reached or says “later”, :class:`ConfigError` when it refuses.
    """
    mail = EmailMultiAlternatives(letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to])
    mail.attach_alternative(letter.html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _refusal(code, said, letter) from error
    except smtplib.SMTPAuthenticationError as error:
        raise ConfigError(
            "The mail server refused our name and password. Whoever runs this site can mend that."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, letter) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(f"The mail server could not be reached ({type(error).__name__}).") from error


def _refusal(code: int, said: bytes | str, letter: Letter) -> TransientError | ConfigError:
    """RFC 5321, 4.2.1: 4yz may work later, 5yz will not."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    told = f"The mail server refused the message to {letter.to}: “{_one_line(words)[:160]}” ({code})."
    return TransientError(told) if 400 <= code < 500 else ConfigError(told)


def _one_line(text: str) -> str:
    """No line break gets into a header, whatever a name contains."""
    return " ".join(text.split())[:LONGEST_SUBJECT]
