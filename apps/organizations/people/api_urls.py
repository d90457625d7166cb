from django.urls import path

from apps.organizations.people import api

urlpatterns = [
    path("members/", api.MembersView.as_view()),
    path("members/<slug:public_id>/", api.MemberView.as_view()),
    path("members/<slug:public_id>/transfer/", api.MemberTransferView.as_view()),
    path("invitations/", api.InvitationsView.as_view()),
    path("invitations/<slug:public_id>/", api.InvitationView.as_view()),
    path("invitations/<slug:public_id>/resend/", api.InvitationResendView.as_view()),
]
