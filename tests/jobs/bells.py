"""The bells that hang in the queue, whichever broker keeps it."""

from django_q.brokers import get_broker

CLUSTERS = ("io", "cpu")


def bells(cluster: str) -> int:
    """How many nobody has heard yet."""
    return int(get_broker(cluster).queue_size())


def take_bell(cluster: str) -> None:
    """As a worker does that is killed before it has done anything."""
    assert get_broker(cluster).dequeue()


def lose_bells() -> None:
    for cluster in CLUSTERS:
        get_broker(cluster).delete_queue()
