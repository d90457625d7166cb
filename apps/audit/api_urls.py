from django.urls import path

from apps.audit import api
from apps.audit.forwarding import api as forwarding

urlpatterns = [
    path("audit/", api.EntriesView.as_view()),
    path("audit/stream/", api.StreamView.as_view()),
    path("audit/chain/", api.ChainView.as_view()),
    path("audit/files/", api.FilesView.as_view()),
    path("audit/files/<slug:public_id>/", api.FileView.as_view()),
    path("audit/files/<slug:public_id>/content/", api.ContentView.as_view()),
    path("audit/filters/", api.SavedFiltersView.as_view()),
    path("audit/filters/<slug:public_id>/", api.SavedFilterView.as_view()),
    path("audit/destinations/", forwarding.DestinationsView.as_view()),
    path("audit/destinations/<slug:public_id>/", forwarding.DestinationView.as_view()),
    path("audit/retention/", forwarding.RetentionView.as_view()),
    path("audit/<slug:public_id>/", api.EntryView.as_view()),
]
