"""Pages that read several rooms, under the names of the room that they are about."""

from django.urls import include, path

from apps.dashboard import home, workspaces
from apps.workspaces.urls import urlpatterns as workspace_urls

workspace_patterns = [
    path("", workspaces.workspace_list, name="list"),
    *workspace_urls,
    path("<slug:public_id>/", workspaces.workspace_detail, name="detail"),
    path("<slug:public_id>/capture/", workspaces.capture, name="capture"),
]

urlpatterns = [
    path("", include(([path("", home.home, name="home")], "dashboard"))),
    path("workspaces/", include((workspace_patterns, "workspaces"))),
]
