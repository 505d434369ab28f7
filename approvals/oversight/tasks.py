"""Which work of oversight does a clock, or a nudge, start? Running twice does nothing more."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from approvals.oversight import cards, draws, following, recounting, takeback


@shared_task(name="oversight.follow", ignore_result=True)
def follow() -> int:
    """File, show cards and note transfers for everything the register has and oversight has not yet read."""
    read = 0
    while count := following.follow_register(at=timezone.now()):
        read += count
    return read


@shared_task(name="oversight.carry_out", ignore_result=True)
def carry_out() -> int:
    """Transfer what was confirmed and has begun; how many cases."""
    return takeback.carry_out(at=timezone.now())


@shared_task(name="oversight.sweep", ignore_result=True)
def sweep() -> int:
    """Show cards for what is overdue, which changes with the day; how many."""
    return cards.sweep(at=timezone.now())


@shared_task(name="oversight.recount", ignore_result=True)
def recount() -> int:
    """Count the open days anew after a holiday notice."""
    return recounting.go_on(at=timezone.now())


@shared_task(name="oversight.draw", ignore_result=True)
def draw() -> None:
    """Draw the samples of the last month, unless that is done."""
    now = timezone.now()
    draws.draw_month(month=draws.month_of(draws.month_of(timezone.localdate(now)) - timedelta(days=1)), at=now)
