from django.urls import path

from apps.accounts.views import signing_in as views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/<slug:provider>/", views.start, name="start"),
    path("sign-in/<slug:provider>/callback/", views.callback, name="callback"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
