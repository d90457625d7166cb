from django.urls import path

from apps.organizations.credentials import api

ACCOUNT = "service-accounts/<slug:public_id>/"
CREDENTIAL = f"{ACCOUNT}credentials/<slug:other>/"

urlpatterns = [
    path("tokens/", api.TokensView.as_view()),
    path("tokens/<slug:public_id>/", api.TokenView.as_view()),
    path("tokens/<slug:public_id>/rotation/", api.TokenRotationView.as_view()),
    path("tokens/<slug:public_id>/previous/", api.TokenPreviousView.as_view()),
    path("service-accounts/", api.ServiceAccountsView.as_view()),
    path(ACCOUNT, api.ServiceAccountView.as_view()),
    path(f"{ACCOUNT}credentials/", api.ServiceAccountCredentialsView.as_view()),
    path(CREDENTIAL, api.ServiceAccountCredentialView.as_view()),
    path(f"{CREDENTIAL}rotation/", api.ServiceAccountRotationView.as_view()),
    path(f"{CREDENTIAL}previous/", api.ServiceAccountPreviousView.as_view()),
]
