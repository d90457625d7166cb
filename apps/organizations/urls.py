from django.urls import path

from apps.organizations import views

app_name = "organizations"
urlpatterns = [
    path("choose/", views.choose, name="choose"),
    path("o/<slug:slug>/settings/members/", views.members, name="members"),
    path("o/<slug:slug>/settings/tokens/", views.tokens, name="tokens"),
    path("o/<slug:slug>/settings/tokens/create/", views.token_create, name="token_create"),
    path("o/<slug:slug>/settings/tokens/<slug:public_id>/revoke/", views.token_revoke, name="token_revoke"),
]
