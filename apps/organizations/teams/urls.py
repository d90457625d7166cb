"""Below ``/o/<slug>/settings/teams/``."""

from django.urls import path

from apps.organizations.teams import views

urlpatterns = [
    path("", views.team_list, name="teams"),
    path("<slug:public_id>/", views.team_detail, name="team"),
    path("<slug:public_id>/delete/", views.team_delete, name="team_delete"),
    path("<slug:public_id>/members/add/", views.place_add, name="place_add"),
    path("<slug:public_id>/members/<slug:other>/remove/", views.place_remove, name="place_remove"),
    path("<slug:public_id>/grants/set/", views.grant_set, name="grant_set"),
    path("<slug:public_id>/grants/<slug:other>/remove/", views.grant_remove, name="grant_remove"),
]
