from django.urls import path

from apps.snapshots.retention import api

urlpatterns = [
    path("workspaces/<slug:public_id>/retention/", api.RetentionView.as_view()),
    path("workspaces/<slug:public_id>/retention/preview/", api.RetentionPreviewView.as_view()),
    path("snapshots/<slug:public_id>/protect/", api.ProtectView.as_view()),
    path("snapshots/<slug:public_id>/unprotect/", api.UnprotectView.as_view()),
]
