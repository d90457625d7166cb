from django.urls import path

from apps.snapshots import views
from apps.snapshots.compare import views as compare

app_name = "snapshots"
urlpatterns = [
    path("", views.snapshot_list, name="list"),
    path("<slug:public_id>/", views.snapshot_detail, name="detail"),
    path("<slug:public_id>/files/<uuid:object_id>/", views.snapshot_file, name="file"),
    path("<slug:public_id>/retry/", views.snapshot_retry, name="retry"),
    path("<slug:public_id>/compare/", compare.compare_start, name="compare_start"),
    path("<slug:public_id>/compare/<slug:other>/", compare.compare_detail, name="compare"),
    path("<slug:public_id>/compare/<slug:other>/download/", compare.compare_download, name="compare_download"),
]
