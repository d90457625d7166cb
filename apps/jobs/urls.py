from django.urls import path

from apps.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<slug:public_id>/", views.job_detail, name="detail"),
    path("<slug:public_id>/progress/", views.job_progress, name="progress"),
    path("<slug:public_id>/log/", views.job_log, name="log"),
    path("<slug:public_id>/cancel/", views.job_cancel, name="cancel"),
    path("<slug:public_id>/retry/", views.job_retry, name="retry"),
]
