from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from apps.organizations import views
from apps.organizations.people.joining import invitation

app_name = "organizations"

settings_patterns: list[URLPattern | URLResolver] = [
    path("", views.general, name="settings"),
    path("delete/", views.delete, name="delete"),
    path("keep/", views.keep, name="keep"),
    path("leave/", views.leave_organization, name="leave"),
    path("roles/", views.roles, name="roles"),
    path("", include("apps.organizations.people.urls")),
    path("teams/", include("apps.organizations.teams.urls")),
    path("sign-in/", include("apps.organizations.sign_in.urls")),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="organizations:choose"), name="start"),
    path("choose/", views.choose, name="choose"),
    path("organizations/create/", views.create, name="create"),
    path("invitations/<str:secret>/", invitation, name="invitation"),
    path("o/<slug:slug>/settings/", include(settings_patterns)),
]
