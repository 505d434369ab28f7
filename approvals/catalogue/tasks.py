"""Which work on the list does a clock start? Only a label: the dates decide what is in force."""

from celery import shared_task
from django.utils import timezone

from approvals.catalogue.actions import supersede, touch


@shared_task(name="catalogue.supersede", ignore_result=True)
def mark_superseded() -> int:
    """Mark the editions whose last day has passed; running twice does nothing more."""
    marked = supersede(on=timezone.localdate())
    if marked:
        touch()
    return marked
