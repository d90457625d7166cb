from django.urls import path

from apps.organizations.credentials import account_api, api

ACCOUNT = "service-accounts/<slug:public_id>/"
CREDENTIAL = f"{ACCOUNT}credentials/<slug:other>/"

urlpatterns = [
    path("tokens/", api.TokensView.as_view()),
    path("tokens/<slug:public_id>/", api.TokenView.as_view()),
    path("tokens/<slug:public_id>/rotation/", api.TokenRotationView.as_view()),
    path("tokens/<slug:public_id>/previous/", api.TokenPreviousView.as_view()),
    path("service-accounts/", account_api.ServiceAccountsView.as_view()),
    path(ACCOUNT, account_api.ServiceAccountView.as_view()),
    path(f"{ACCOUNT}credentials/", account_api.ServiceAccountCredentialsView.as_view()),
    path(CREDENTIAL, account_api.ServiceAccountCredentialView.as_view()),
    path(f"{CREDENTIAL}rotation/", account_api.ServiceAccountRotationView.as_view()),
    path(f"{CREDENTIAL}previous/", account_api.ServiceAccountPreviousView.as_view()),
]
