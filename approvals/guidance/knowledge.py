"""How does an answer become known to every county, and how is it taught? Articles, typical cases, training notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from approvals.calendars.workdays import local_day
from approvals.cases.access import HANDLERS
from approvals.catalogue.queries import item_on, search_items
from approvals.errors import Invalid, Refused, said
from approvals.guidance.access import may_publish, may_read, visible
from approvals.guidance.actions import checked
from approvals.guidance.models import Acknowledgement, Article, Question, Training
from approvals.notices.actions import tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Post, Region, Role


class MayNotPublish(Refused):
    code = "may-not-publish"
    status = 403
    title = "这个岗位不能发布"


class ArticleNotFound(Refused):
    code = "article-not-found"
    status = 404
    title = "没有这条业务知识"


class TrainingNotFound(Refused):
    code = "training-not-found"
    status = 404
    title = "没有这份培训通知"


def publish(
    *,
    actor: Actor,
    item: str,
    kind: str,
    title: str,
    question: str,
    answer: str,
    at: datetime,
    source: int | None = None,
) -> Article:
    """Make an answer or a typical case known for an item. Raises MayNotPublish, Invalid, UnknownItem."""
    if not may_publish(actor):
        raise MayNotPublish("由市直单位的审查岗、决定岗、事项管理员或市协调员发布。")
    listed = item_on(item, local_day(at))
    if actor.role != Role.COORDINATOR and listed.city_unit_id != actor.organ:
        raise MayNotPublish(f"事项 {item} 由{listed.city_unit.name}发布。")
    if kind not in Article.Kind.values:
        raise Invalid({"kind": ["选问答或典型案例。"]})
    title, question = checked(title=title, text=question, public=True)
    _, answer = checked(title=title, text=answer, public=True)
    if (
        source is not None
        and not Question.objects.filter(visible(actor), pk=source, answered_at__isnull=False).exists()
    ):
        raise Invalid({"source": ["只能由已经答复的咨询整理。"]})
    return Article.objects.create(
        item=item,
        item_name=listed.name[:200],
        kind=kind,
        title=title,
        question=question,
        answer=answer,
        source_id=source,
        organ_id=actor.organ,
        published_by_id=actor.user,
        published_at=at,
    )


def withdraw(*, actor: Actor, article: int, why: str, at: datetime) -> None:
    """Take an article down; it stays on record. Raises MayNotPublish, ArticleNotFound, Invalid."""
    why = said(why, ask="写明撤下的原因。", most=200, field="why")
    with transaction.atomic():
        one = Article.objects.select_for_update().filter(pk=article, withdrawn_at=None).first()
        if one is None:
            raise ArticleNotFound("没有这条业务知识，或者已经撤下。")
        if not may_publish(actor) or (actor.role != Role.COORDINATOR and one.organ_id != actor.organ):
            raise MayNotPublish("由发布单位或市协调员撤下。")
        one.withdrawn_at, one.withdrawn_why = at, why
        one.save(update_fields=["withdrawn_at", "withdrawn_why"])


def known(actor: Actor, *, item: str = "", text: str = "", on: date | None = None) -> QuerySet[Article]:
    """What is known, the newest first: of an item, or with every word in title, question, answer or item name."""
    if not may_read(actor):
        return Article.objects.none()
    found = Article.objects.filter(withdrawn_at=None).select_related("organ").order_by("-published_at", "-pk")
    if item:
        found = found.filter(item=item)
    codes = {one.code for one in search_items(text, day=on, limit=200)} if text and on else set()
    matching = Q(item__in=codes)
    by_words = Q()
    for word in text.split():
        by_words &= (
            Q(title__icontains=word)
            | Q(question__icontains=word)
            | Q(answer__icontains=word)
            | Q(item_name__icontains=word)
        )
    return found.filter(matching | by_words) if text.split() else found


def announce(
    *,
    actor: Actor,
    title: str,
    text: str,
    due_on: date,
    at: datetime,
    regions: Sequence[str] = (),
    roles: Sequence[str] = (),
) -> Training:
    """Send a training notice to whoever handles cases in these regions (none: all) in these roles (none: all).

    The list of who has to acknowledge is fixed now. Raises MayNotPublish, Invalid.
    """
    if not may_publish(actor):
        raise MayNotPublish("由市直单位的审查岗、决定岗、事项管理员或市协调员发布。")
    on = local_day(at)
    title, text = checked(title=title, text=text, public=True)
    counties = set(Region.objects.exclude(kind=Region.Kind.CITY).values_list("code", flat=True))
    errors: dict[str, list[str]] = {}
    if due_on < on:
        errors["due_on"] = ["签收期限不能早于今天。"]
    if unknown := set(regions) - counties:
        errors["regions"] = [f"没有这些地区：{'、'.join(sorted(unknown))}。"]
    if set(roles) - HANDLERS:
        errors["roles"] = ["只能选办件岗位。"]
    if errors:
        raise Invalid(errors)
    people = sorted(
        set(
            Post.objects.in_force(on)
            .filter(organ__region__in=regions or counties, role__in=roles or HANDLERS, user__is_active=True)
            .values_list("user", flat=True)
        )
    )
    if not people:
        raise Invalid({"regions": ["所选范围里没有人；换地区或岗位。"]})
    with transaction.atomic():
        one = Training.objects.create(
            organ_id=actor.organ,
            title=title,
            text=text,
            regions=sorted(regions),
            roles=sorted(roles),
            published_by_id=actor.user,
            published_at=at,
            due_on=due_on,
            people=len(people),
        )
        Acknowledgement.objects.bulk_create([Acknowledgement(training=one, user_id=user) for user in people])
        url = f"/guidance/trainings/{one.pk}/"
        tell(to=people, kind="training", title=f"培训通知：{title}", key=f"training-{one.pk}", url=url, at=at)
    return one


def acknowledge(*, actor: Actor, training: int, at: datetime) -> bool:
    """The person has read it; whether this was the first time. Raises TrainingNotFound."""
    mine = Acknowledgement.objects.filter(training=training, user=actor.user)
    if not mine.exists():
        raise TrainingNotFound("没有发给你的这份培训通知。")
    return bool(mine.filter(at=None).update(at=at))


def trainings_for(actor: Actor) -> QuerySet[Training]:
    """What was sent to this person, what their city unit sent, and everything for the city's coordinator."""
    if actor.role == Role.COORDINATOR and actor.level == Level.CITY:
        return Training.objects.order_by("-published_at")
    mine = Q(acknowledgements__user=actor.user)
    sent = Q(organ=actor.organ) if may_publish(actor) else Q(pk__in=[])
    return Training.objects.filter(mine | sent).distinct().order_by("-published_at")


def missing_of(training: Training) -> list[tuple[str, list[str]]]:
    """Who has not acknowledged, by region: (region, names), as far as their posts on the day it was sent say where."""
    names = dict(training.acknowledgements.filter(at=None).values_list("user", "user__name"))
    posts = Post.objects.in_force(local_day(training.published_at)).filter(user__in=names)
    where = dict(posts.order_by("-pk").values_list("user", "organ__region__name"))
    found: dict[str, list[str]] = {}
    for user, name in sorted(names.items(), key=lambda one: one[1]):
        found.setdefault(where.get(user, "其他"), []).append(name)
    return sorted(found.items(), key=lambda one: -len(one[1]))
