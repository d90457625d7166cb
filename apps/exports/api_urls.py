from django.urls import path

from apps.exports import api

urlpatterns = [
    path("export-formats/", api.FormatsView.as_view()),
    path("exports/", api.ExportsView.as_view()),
    path("exports/<slug:public_id>/", api.ExportView.as_view()),
    path("exports/<slug:public_id>/download/", api.DownloadView.as_view()),
    path("exports/<slug:public_id>/links/", api.LinksView.as_view()),
]
