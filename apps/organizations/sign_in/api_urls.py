from django.urls import path

from apps.organizations.sign_in import api

urlpatterns = [
    path("sign-in/", api.RulesView.as_view()),
    path("sign-in/providers/", api.ProvidersView.as_view()),
    path("sign-in/providers/<str:public_id>/", api.ProviderView.as_view()),
    path("sign-in/domains/", api.DomainsView.as_view()),
    path("sign-in/domains/<str:public_id>/", api.DomainView.as_view()),
    path("sign-in/domains/<str:public_id>/prove/", api.DomainProofView.as_view()),
    path("sign-in/domains/<str:public_id>/resend/", api.DomainCodeView.as_view()),
]
