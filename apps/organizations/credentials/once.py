"""A form whose answer shows a secret: sent once, shown once."""

import secrets

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from apps.core.http import HttpRequest
from apps.organizations.models import Credential

ONCE = "credential_form"
"""Marks the form that was shown last, so that reloading its answer does not send it again."""


def mark(request: HttpRequest, form: forms.Form) -> None:
    """Make the form good for one sending."""
    once = request.session[ONCE] = secrets.token_urlsafe(12)
    form.initial["once"] = once
    if form.is_bound:
        renewed = request.POST.copy()
        renewed["once"] = once
        form.data = renewed


def is_first(request: HttpRequest) -> bool:
    """Whether this form was not sent before; says so when it was."""
    if request.POST.get("once", "") == request.session.pop(ONCE, None):
        return True
    messages.warning(request, "This form was used already. No second secret was made.")
    return False


def show_secret(request: HttpRequest, credential: Credential, secret: str, back: str) -> HttpResponse:
    """A page of its own, which nothing keeps."""
    context = {"credential": credential, "secret": secret, "back": back, "rotated": credential.rotated_at is not None}
    response = render(request, "credentials/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
