from django.urls import path

from apps.organizations.teams import api

urlpatterns = [
    path("teams/", api.TeamsView.as_view()),
    path("teams/<slug:public_id>/", api.TeamView.as_view()),
    path("teams/<slug:public_id>/members/", api.PlacesView.as_view()),
    path("teams/<slug:public_id>/members/<slug:other>/", api.PlaceView.as_view()),
    path("teams/<slug:public_id>/grants/", api.GrantsView.as_view()),
    path("teams/<slug:public_id>/grants/<slug:other>/", api.GrantView.as_view()),
    path("workspaces/<slug:public_id>/access/", api.AccessView.as_view()),
]
