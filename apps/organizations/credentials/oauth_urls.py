from django.urls import path

from apps.organizations.credentials import oauth_views

app_name = "oauth"
urlpatterns = [
    path("oauth/token", oauth_views.token, name="token"),
    path("oauth/introspect", oauth_views.introspect, name="introspect"),
    path("oauth/revoke", oauth_views.revoke, name="revoke"),
    path("oauth/keys", oauth_views.keys, name="keys"),
    path(".well-known/oauth-authorization-server", oauth_views.metadata, name="metadata"),
]
