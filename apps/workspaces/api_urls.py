from django.urls import path

from apps.workspaces import api
from apps.workspaces.keys.api_urls import urlpatterns as key_urls
from apps.workspaces.rotations import api as rotations
from apps.workspaces.webhooks import api as webhooks

urlpatterns = [
    path("workspaces/", api.WorkspacesView.as_view()),
    path("workspaces/<slug:public_id>/", api.WorkspaceView.as_view()),
    path("workspaces/<slug:public_id>/verify/", api.VerifyView.as_view()),
    path("workspaces/<slug:public_id>/webhook/", webhooks.WebhookView.as_view()),
    path("workspaces/<slug:public_id>/notion-events/", webhooks.NotionEventsView.as_view()),
    *key_urls,
    path("rotations/", rotations.RotationsView.as_view()),
    path("rotations/<slug:public_id>/", rotations.RotationView.as_view()),
]
