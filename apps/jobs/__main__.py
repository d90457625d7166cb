"""``python -m apps.jobs io``: the main process of one cluster, as the supervisor starts it."""

import os
import sys

import django


def main() -> None:
    cluster = sys.argv[1]
    os.environ["Q_CLUSTER_NAME"] = cluster  # django-q2 reads its settings when it is imported
    django.setup()
    from apps.jobs.cluster import run_cluster

    run_cluster(cluster)


if __name__ == "__main__":
    main()
