from django.urls import path

from apps.jobs.schedules import api

urlpatterns = [
    path("schedule-actions/", api.ActionsView.as_view()),
    path("schedule-times/", api.TimesView.as_view()),
    path("schedules/", api.SchedulesView.as_view()),
    path("schedules/<slug:public_id>/", api.ScheduleView.as_view()),
    path("schedules/<slug:public_id>/runs/", api.ScheduleRunsView.as_view()),
    path("schedules/<slug:public_id>/pause/", api.SchedulePauseView.as_view()),
    path("schedules/<slug:public_id>/resume/", api.ScheduleResumeView.as_view()),
    path("schedules/<slug:public_id>/run/", api.ScheduleRunNowView.as_view()),
]
