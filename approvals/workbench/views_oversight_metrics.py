"""监督指标: each rate with its denominator, each number opening its list, all of it as CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from approvals.organisations.models import Level, Region
from approvals.oversight.metrics import METRICS, Figure, by_region, figure
from approvals.workbench.chrome import actor_of
from approvals.workbench.exports import as_csv
from approvals.workbench.oversight_frame import asked, frame, paged

HEADS = ("指标", "值", "分子", "分母", "说明")
PARTS = {"top": "计入的", "bottom": "分母", "rest": "分母里没有计入的"}


def period(given: dict[str, str]) -> tuple[date, date]:
    """The days asked for; from the first of January until today where nothing sensible is said."""
    today = timezone.localdate()
    first, last = _day(given["from"]) or today.replace(month=1, day=1), _day(given["to"]) or today
    return min(first, last), max(first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@login_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponseBase:
    actor, given, on = actor_of(request), asked(request, "from", "to", "region", "key"), timezone.localdate()
    first, last = period(given)
    figures = [figure(one, actor, first=first, last=last, on=on, region=given["region"]) for one in METRICS.values()]
    if request.GET.get("format") == "csv":
        response = StreamingHttpResponse(as_csv(HEADS, map(_cells, figures)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="oversight-{first:%Y%m%d}-{last:%Y%m%d}.csv"'
        return response
    chosen = METRICS.get(given["key"])
    query = {"from": first.isoformat(), "to": last.isoformat(), "region": given["region"]}
    regions = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
    context = frame(actor, "metrics") | {
        "figures": figures,
        "first": first,
        "last": last,
        "region": given["region"],
        "regions": regions if actor.level == Level.CITY else (),
        "query": urlencode({key: value for key, value in query.items() if value}),
        "chosen": chosen,
        "lines": by_region(chosen, actor, first=first, last=last, on=on) if chosen else (),
    }
    return render(request, "oversight/metrics.html", context)


def _cells(one: Figure) -> list[Any]:
    return [one.metric.label, one.value, one.top, "" if one.bottom is None else one.bottom, one.metric.told]


@login_required
@require_GET
def behind(request: HttpRequest, key: str) -> HttpResponse:
    """The cases behind one number."""
    actor, given, on = actor_of(request), asked(request, "from", "to", "region", "part"), timezone.localdate()
    metric = METRICS.get(key)
    if metric is None:
        raise Http404
    first, last = period(given)
    part = given["part"] if given["part"] in PARTS else "top"
    rows = metric.behind(metric.source.under(actor, first=first, last=last, region=given["region"]), part, on=on)
    columns = tuple(f"{metric.source.case}{name}" for name in (*metric.source.columns, "region__name"))
    query = {"from": first.isoformat(), "to": last.isoformat(), "region": given["region"]}
    context = frame(actor, "metrics") | {
        "metric": metric,
        "part": part,
        "part_words": PARTS[part] if metric.bottom is not None else "",
        "parts": PARTS.items() if metric.bottom is not None else (),
        "rows": paged(request, rows.order_by(columns[0]).values_list(*columns).distinct()),
        "first": first,
        "last": last,
        "query": urlencode({name: value for name, value in query.items() if value}),
    }
    return render(request, "oversight/metric.html", context)
