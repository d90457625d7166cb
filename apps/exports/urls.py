from django.urls import path

from apps.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("create/", views.export_create, name="create"),
    path("<slug:public_id>/", views.export_detail, name="detail"),
    path("<slug:public_id>/delete/", views.export_delete, name="delete"),
    path("<slug:public_id>/download/", views.export_download, name="download"),
]
