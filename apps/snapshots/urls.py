from django.urls import path

from apps.snapshots import views

app_name = "snapshots"
urlpatterns = [
    path("", views.snapshot_list, name="list"),
    path("<slug:public_id>/", views.snapshot_detail, name="detail"),
    path("<slug:public_id>/files/<uuid:object_id>/", views.snapshot_file, name="file"),
]
