from django.urls import path

from apps.jobs import api

urlpatterns = [
    path("jobs/", api.JobsView.as_view()),
    path("jobs/<slug:public_id>/", api.JobView.as_view()),
    path("jobs/<slug:public_id>/events/", api.JobEventsView.as_view()),
    path("jobs/<slug:public_id>/cancel/", api.JobCancelView.as_view()),
    path("jobs/<slug:public_id>/retry/", api.JobRetryView.as_view()),
]
