from django.urls import path

from apps.snapshots import api
from apps.snapshots.compare import api as compare

urlpatterns = [
    path("snapshots/", api.SnapshotsView.as_view()),
    path("snapshots/<slug:public_id>/", api.SnapshotView.as_view()),
    path("snapshots/<slug:public_id>/unmet/", api.UnmetView.as_view()),
    path("snapshots/<slug:public_id>/retry/", api.RetryView.as_view()),
    path("snapshots/<slug:public_id>/objects/", api.ObjectsView.as_view()),
    path("snapshots/<slug:public_id>/objects/<uuid:object_id>/", api.ObjectView.as_view()),
    path("snapshots/<slug:public_id>/objects/<uuid:object_id>/blocks/", api.BlocksView.as_view()),
    path("snapshots/<slug:public_id>/objects/<uuid:object_id>/markdown/", api.MarkdownView.as_view()),
    path("snapshots/<slug:public_id>/files/<uuid:object_id>/", api.FileView.as_view()),
    path("snapshots/<slug:public_id>/files/<uuid:object_id>/links/", api.FileLinksView.as_view()),
    path("snapshots/<slug:public_id>/compare/<slug:other>/", compare.ChangesView.as_view()),
    path("snapshots/<slug:public_id>/compare/<slug:other>/download/", compare.ComparisonFileView.as_view()),
    path("snapshots/<slug:public_id>/compare/<slug:other>/objects/<uuid:object_id>/", compare.DifferenceView.as_view()),
    path("workspaces/<slug:public_id>/captures/", api.CapturesView.as_view()),
    path("workspaces/<slug:public_id>/accept/", api.AcceptView.as_view()),
]
