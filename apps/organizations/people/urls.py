"""Below ``/o/<slug>/settings/``."""

from django.urls import path

from apps.organizations.people import views

urlpatterns = [
    path("members/", views.member_list, name="members"),
    path("members/<slug:public_id>/", views.member_detail, name="member"),
    path("members/<slug:public_id>/remove/", views.member_remove, name="member_remove"),
    path("members/<slug:public_id>/transfer/", views.member_transfer, name="member_transfer"),
    path("invitations/create/", views.invitation_create, name="invite"),
    path("invitations/<slug:public_id>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<slug:public_id>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
]
