from django.urls import path

from apps.audit import views
from apps.audit.forwarding import views as forwarding

app_name = "audit"
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("verify/", views.verify_log, name="verify"),
    path("export/", views.export_log, name="export"),
    path("files/<slug:public_id>/", views.file_download, name="file"),
    path("filters/", views.filter_save, name="filter_save"),
    path("filters/<slug:public_id>/delete/", views.filter_delete, name="filter_delete"),
    path("settings/", forwarding.settings_page, name="settings"),
    path("settings/retention/", forwarding.retention, name="retention"),
    path("destinations/", forwarding.destination_create, name="destination_create"),
    path("destinations/<slug:public_id>/switch/", forwarding.destination_switch, name="destination_switch"),
    path("destinations/<slug:public_id>/delete/", forwarding.destination_delete, name="destination_delete"),
    path("<slug:public_id>/", views.entry_detail, name="detail"),
]
