from django.urls import path

from apps.organizations.sign_in import views

urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("providers/add/", views.provider_add, name="sign_in_provider_add"),
    path("providers/<str:public_id>/", views.provider, name="sign_in_provider"),
    path("providers/<str:public_id>/remove/", views.provider_remove, name="sign_in_provider_remove"),
    path("domains/", views.domain_claim, name="email_domain_claim"),
    path("domains/<str:public_id>/prove/", views.domain_prove, name="email_domain_prove"),
    path("domains/<str:public_id>/resend/", views.domain_resend, name="email_domain_resend"),
    path("domains/<str:public_id>/remove/", views.domain_remove, name="email_domain_remove"),
]
