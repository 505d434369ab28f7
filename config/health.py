"""Is this process alive, and may it be given work? `/healthz` asks nothing of anybody; `/readyz` says what is missing.

Ready means: the database answers and every migration is applied. A broker that does not answer, or a calendar that ends
before the year does, is a warning: decisions go on, deliveries and estimated dates follow later.
"""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from kombu.exceptions import OperationalError

from approvals.calendars.models import CalendarYear
from config.celery import app

BROKER_SECONDS = 0.3
CALENDAR_DAYS_AHEAD = 30


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when ready, 503 when not; the body names each check and what to do about it."""
    failures, warnings = {}, {}
    try:
        if waiting := migrations_waiting():
            failures["migrations"] = f"还有 {waiting} 个迁移没有执行：manage.py migrate"
        elif missing := calendar_missing():
            warnings["calendar"] = f"没有 {missing} 年的放假通知，跨年期限只能预计；请在后台导入"
    except DatabaseError:
        failures["database"] = "数据库没有应答"
    if not broker_answers():
        warnings["broker"] = "消息中间件没有应答：办件照常，推送待恢复后补送"
    body = {"ready": not failures, "failures": failures, "warnings": warnings}
    return JsonResponse(body, status=503 if failures else 200, json_dumps_params={"ensure_ascii": False})


def migrations_waiting() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def calendar_missing() -> int | None:
    """The first year that a deadline may reach in the coming weeks and whose notice is not loaded."""
    today = timezone.localdate()
    years = {today.year, (today + timedelta(days=CALENDAR_DAYS_AHEAD)).year}
    return min(years - set(CalendarYear.objects.values_list("year", flat=True)), default=None)


def broker_answers() -> bool:
    with app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
        except OperationalError:
            return False
    return True


urlpatterns: list[Any] = [path("healthz", healthz), path("readyz", readyz)]
