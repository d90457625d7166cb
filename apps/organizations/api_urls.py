from django.urls import include, path

from apps.organizations import api

urlpatterns = [
    path("", api.OrganizationView.as_view()),
    path("keep/", api.OrganizationKeepView.as_view()),
    path("leave/", api.OrganizationLeaveView.as_view()),
    path("actor/", api.ActorView.as_view()),
    path("roles/", api.RolesView.as_view()),
    path("", include("apps.organizations.people.api_urls")),
    path("", include("apps.organizations.teams.api_urls")),
    path("", include("apps.organizations.sign_in.api_urls")),
    path("", include("apps.organizations.credentials.api_urls")),
]
