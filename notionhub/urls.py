"""The address book. Pages live under /o/<slug>/, the API under /api/v1/o/<slug>/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.audit.views import linked_log
from apps.core.rest.pages import problem_types
from apps.exports.views import linked_archive
from apps.snapshots.views import linked_file
from apps.workspaces.connect import callback
from apps.workspaces.webhooks.receiving import receive

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.permission_denied"
handler404 = "apps.core.views.page_not_found"
handler500 = "apps.core.views.server_error"

api_patterns = [
    path("", include("apps.organizations.api_urls")),
    path("", include("apps.audit.api_urls")),
    path("", include("apps.workspaces.api_urls")),
    path("", include("apps.jobs.api_urls")),
    path("", include("apps.jobs.schedules.api_urls")),
    path("", include("apps.snapshots.api_urls")),
    path("", include("apps.snapshots.retention.api_urls")),
    path("", include("apps.exports.api_urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.accounts.urls")),
    path("", include("apps.organizations.urls")),
    path("", include("apps.organizations.credentials.urls")),
    path("", include("apps.organizations.credentials.oauth_urls")),
    path("connect/notion/callback/", callback, name="notion_callback"),
    path("webhooks/notion/<str:address>/", receive, name="notion_webhook"),
    path("links/exports/<str:name>", linked_archive, name="linked_archive"),
    path("links/files/<str:name>", linked_file, name="linked_file"),
    path("links/audit/<str:name>", linked_log, name="linked_log"),
    path("o/<slug:slug>/", include("apps.dashboard.urls")),
    path("o/<slug:slug>/snapshots/", include("apps.snapshots.urls")),
    path("o/<slug:slug>/exports/", include("apps.exports.urls")),
    path("o/<slug:slug>/jobs/", include("apps.jobs.urls")),
    path("o/<slug:slug>/audit/", include("apps.audit.urls")),
    path("docs/errors/", problem_types, name="problem_types"),
    path("docs/errors/<slug:name>/", problem_types, name="problem_type"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/o/<slug:slug>/", include(api_patterns)),
]
