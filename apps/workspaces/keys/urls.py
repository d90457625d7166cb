from django.urls import path

from apps.workspaces.keys import views

ONE = "<slug:public_id>/keys/<int:number>/"

urlpatterns = [
    path("<slug:public_id>/keys/add/", views.add, name="key_add"),
    path("<slug:public_id>/keys/add/notion/", views.add_by_oauth, name="key_add_oauth"),
    path(f"{ONE}prove/", views.prove, name="key_prove"),
    path(f"{ONE}check/", views.check, name="key_check"),
    path(f"{ONE}promote/", views.promote, name="key_promote"),
    path(f"{ONE}grace/", views.grace, name="key_grace"),
    path(f"{ONE}discard/", views.discard, name="key_discard"),
    path(f"{ONE}restore/", views.restore, name="key_restore"),
    path(f"{ONE}retire/", views.retire, name="key_retire"),
    path(f"{ONE}revoke/", views.revoke, name="key_revoke"),
    path(f"{ONE}refresh/", views.refresh, name="key_refresh"),
    path(f"{ONE}expiry/", views.expiry, name="key_expiry"),
]
