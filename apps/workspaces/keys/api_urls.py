from django.urls import path

from apps.workspaces.keys import api

ONE = "workspaces/<slug:public_id>/keys/<int:number>/"

urlpatterns = [
    path("workspaces/<slug:public_id>/keys/", api.KeysView.as_view()),
    path(ONE, api.KeyView.as_view()),
    path(f"{ONE}check/", api.CheckView.as_view()),
    path(f"{ONE}promote/", api.PromoteView.as_view()),
    path(f"{ONE}restore/", api.RestoreView.as_view()),
    path(f"{ONE}retire/", api.RetireView.as_view()),
    path(f"{ONE}refresh/", api.RefreshView.as_view()),
    path(f"{ONE}revoke/", api.RevokeView.as_view()),
]
