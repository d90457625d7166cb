from django.urls import path

from apps.organizations import api

urlpatterns = [
    path("", api.OrganizationView.as_view()),
    path("actor/", api.ActorView.as_view()),
    path("members/", api.MembersView.as_view()),
    path("tokens/", api.TokensView.as_view()),
    path("tokens/<slug:public_id>/", api.TokenView.as_view()),
]
