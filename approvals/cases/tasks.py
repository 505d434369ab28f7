"""Which work on cases does a clock start? Ids in, one domain call; running twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from approvals.cases import casefile, letters, posting, reminding, serving, telling
from approvals.cases.actions import settle_due
from approvals.cases.recalendar import go_on
from approvals.exchange.tasks import wake_when_confirmed


@shared_task(name="cases.settle", ignore_result=True)
def settle() -> int:
    """Write deemed acceptances and automatic takings over that are due."""
    return settle_due(at=timezone.now())


@shared_task(name="cases.tell", ignore_result=True)
def tell() -> int:
    """Tell applicants and staff of what the register has and this reader has not yet read."""
    read = 0
    while count := telling.follow_cases(at=timezone.now()):
        read += count
    return read


@shared_task(name="cases.remind", ignore_result=True)
def remind() -> int:
    """Tell everybody in the morning what is due in their hands."""
    now = timezone.now()
    return reminding.remind(on=timezone.localdate(now), at=now)


@shared_task(name="cases.recalendar", ignore_result=True)
def recalendar() -> int:
    """Take the moving of due days after a holiday notice further."""
    return go_on(at=timezone.now())


@shared_task(name="cases.owe_letters", ignore_result=True)
def owe_letters() -> int:
    """Issue the letters of every act the register has and letters have not yet read."""
    read = 0
    while count := letters.follow_cases(at=timezone.now()):
        read += count
    return read


@shared_task(name="cases.make_case_files", ignore_result=True)
def make_case_files() -> int:
    """List what was closed and bind the case files that are due."""
    while casefile.follow_cases(at=timezone.now()):
        pass
    made = 0
    while count := casefile.make_due(clock=timezone.now):
        made += count
    return made


@shared_task(name="cases.post", ignore_result=True)
def post() -> int:
    """Take in what the carrier answered, serve what was signed for, ask about what is on its way; how much moved."""
    at = timezone.now()
    moved = serving.hear(at=at) + serving.serve_signed(at=at)
    return moved + posting.inquire(at=at)


# Said where Celery finds tasks: only a worker wakes, and it has imported them all.
wake_when_confirmed(post)
