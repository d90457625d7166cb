from django.urls import path

from apps.accounts.views import account, again, second_factor, signing_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/company/", signing_in.company, name="company"),
    path("sign-in/again/", again.again, name="again"),
    path("sign-in/second-factor/", second_factor.second_factor, name="second_factor"),
    path("sign-in/<slug:provider>/", signing_in.start, name="start"),
    path("sign-in/<slug:provider>/callback/", signing_in.callback, name="callback"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/sign-ins/<str:public_id>/end/", account.end_one, name="end_one"),
    path("account/sign-ins/end/", account.end_all, name="end_all"),
    path("account/passkeys/add/", account.passkey_add, name="passkey_add"),
    path("account/passkeys/<str:public_id>/rename/", account.passkey_rename, name="passkey_rename"),
    path("account/passkeys/<str:public_id>/remove/", account.passkey_remove, name="passkey_remove"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
]
