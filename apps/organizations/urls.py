from django.urls import path
from django.views.generic import RedirectView

from apps.organizations import views

app_name = "organizations"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="organizations:choose"), name="start"),
    path("choose/", views.choose, name="choose"),
    path("o/<slug:slug>/settings/members/", views.members, name="members"),
    path("o/<slug:slug>/settings/tokens/", views.tokens, name="tokens"),
    path("o/<slug:slug>/settings/tokens/create/", views.token_create, name="token_create"),
    path("o/<slug:slug>/settings/tokens/<slug:public_id>/revoke/", views.token_revoke, name="token_revoke"),
]
