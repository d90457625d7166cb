from django.urls import path

from apps.organizations.credentials import account_views as accounts
from apps.organizations.credentials import views

app_name = "credentials"
SETTINGS = "o/<slug:slug>/settings"
TOKEN = f"{SETTINGS}/tokens/<slug:public_id>/"
ACCOUNT = f"{SETTINGS}/service-accounts/<slug:public_id>/"
CREDENTIAL = f"{ACCOUNT}credentials/<slug:other>/"
ACTS = {"on": "on", "off": "off", "end-previous": "end_previous", "revoke": "revoke"}

urlpatterns = [
    path(f"{SETTINGS}/tokens/", views.tokens, name="tokens"),
    path(f"{SETTINGS}/tokens/create/", views.token_create, name="token_create"),
    path(TOKEN, views.token_detail, name="token_detail"),
    path(f"{TOKEN}update/", views.token_update, name="token_update"),
    path(f"{TOKEN}rotate/", views.token_rotate, name="token_rotate"),
    *(path(f"{TOKEN}{word}/", views.token_act, {"act": act}, name=f"token_{act}") for word, act in ACTS.items()),
    path(f"{SETTINGS}/service-accounts/", accounts.service_accounts, name="service_accounts"),
    path(f"{SETTINGS}/service-accounts/create/", accounts.account_create, name="account_create"),
    path(ACCOUNT, accounts.account_detail, name="account_detail"),
    path(f"{ACCOUNT}update/", accounts.account_update, name="account_update"),
    path(f"{ACCOUNT}on/", accounts.account_switch, {"on": True}, name="account_on"),
    path(f"{ACCOUNT}off/", accounts.account_switch, {"on": False}, name="account_off"),
    path(f"{ACCOUNT}delete/", accounts.account_delete, name="account_delete"),
    path(f"{ACCOUNT}credentials/create/", accounts.credential_create, name="credential_create"),
    path(CREDENTIAL, accounts.credential_detail, name="credential_detail"),
    path(f"{CREDENTIAL}update/", accounts.credential_update, name="credential_update"),
    path(f"{CREDENTIAL}rotate/", accounts.credential_rotate, name="credential_rotate"),
    *(
        path(f"{CREDENTIAL}{word}/", accounts.credential_act, {"act": act}, name=f"credential_{act}")
        for word, act in ACTS.items()
    ),
]
