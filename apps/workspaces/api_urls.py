from django.urls import path

from apps.workspaces import api
from apps.workspaces.keys.api_urls import urlpatterns as key_urls

urlpatterns = [
    path("workspaces/", api.WorkspacesView.as_view()),
    path("workspaces/<slug:public_id>/", api.WorkspaceView.as_view()),
    path("workspaces/<slug:public_id>/verify/", api.VerifyView.as_view()),
    *key_urls,
]
