from django.urls import path

from apps.audit import api

urlpatterns = [
    path("audit/", api.EntriesView.as_view()),
    path("audit/<slug:public_id>/", api.EntryView.as_view()),
]
