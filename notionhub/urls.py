"""The address book. Pages live under /o/<slug>/, the API under /api/v1/o/<slug>/."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
