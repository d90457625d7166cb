from django.urls import path

from apps.workspaces import connect, views
from apps.workspaces.keys.urls import urlpatterns as key_urls
from apps.workspaces.rotations import views as rotations

urlpatterns = [
    path("connect/", connect.choose, name="connect"),
    path("connect/token/", connect.by_token, name="connect_token"),
    path("connect/notion/", connect.by_oauth, name="connect_oauth"),
    path("connect/notion/finish/", connect.oauth_finish, name="oauth_finish"),
    path("<slug:public_id>/verify/", views.verify, name="verify"),
    path("<slug:public_id>/disconnect/", views.disconnect, name="disconnect"),
    path("rotate/", rotations.begin, name="rotate_many"),
    path("rotations/<slug:public_id>/", rotations.detail, name="rotation_detail"),
    *key_urls,
]
