"""Pages that read several rooms, under the names of the room that they are about."""

from django.urls import include, path

from apps.dashboard import (
    home,
    retention,
    schedules,
    workspace_access,
    workspace_changes,
    workspace_settings,
    workspaces,
)
from apps.workspaces.urls import urlpatterns as workspace_urls

workspace_patterns = [
    path("", workspaces.workspace_list, name="list"),
    *workspace_urls,
    path("<slug:public_id>/", workspaces.workspace_detail, name="detail"),
    path("<slug:public_id>/capture/", workspaces.capture, name="capture"),
    path("<slug:public_id>/accept/", workspaces.accept, name="accept"),
    path("<slug:public_id>/retention/", retention.retention_page, name="retention"),
    path("<slug:public_id>/access/", workspace_access.access_page, name="access"),
    path("<slug:public_id>/access/<slug:other>/remove/", workspace_access.access_remove, name="access_remove"),
    path("<slug:public_id>/changes/", workspace_changes.changes_page, name="changes"),
    path("<slug:public_id>/settings/", workspace_settings.settings_page, name="settings"),
]

schedule_patterns = [
    path("", schedules.schedule_list, name="list"),
    path("create/", schedules.schedule_create, name="create"),
    path("<slug:public_id>/", schedules.schedule_detail, name="detail"),
    path("<slug:public_id>/edit/", schedules.schedule_edit, name="edit"),
    path("<slug:public_id>/pause/", schedules.schedule_pause, name="pause"),
    path("<slug:public_id>/resume/", schedules.schedule_resume, name="resume"),
    path("<slug:public_id>/run/", schedules.schedule_run, name="run"),
    path("<slug:public_id>/delete/", schedules.schedule_delete, name="delete"),
]

retention_patterns = [
    path("<slug:public_id>/delete/", retention.snapshot_delete, name="delete"),
    path("<slug:public_id>/protect/", retention.snapshot_protect, name="protect"),
    path("<slug:public_id>/unprotect/", retention.snapshot_unprotect, name="unprotect"),
]

urlpatterns = [
    path("", include(([path("", home.home, name="home")], "dashboard"))),
    path("workspaces/", include((workspace_patterns, "workspaces"))),
    path("schedules/", include((schedule_patterns, "schedules"))),
    path("snapshots/", include((retention_patterns, "retention"))),
]
