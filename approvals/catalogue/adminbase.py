"""What may be changed in the management pages, by whom, and how is it kept? Drafts only, on the chain of their edition.

Shared by every page of `admin`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from approvals.catalogue import actions
from approvals.catalogue.actions.guides import said as guide_said
from approvals.catalogue.guideshape import amiss, parts_amiss
from approvals.catalogue.models import (
    CatalogueAct,
    Delegation,
    Edition,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    Material,
    ReviewPoint,
    StandardPhrase,
    SupervisionRule,
)
from approvals.catalogue.sheeting import guide_sheet
from approvals.catalogue.tables import days_amiss, place_amiss, terms_amiss, units_of
from approvals.organisations.models import Level

# Written by the acts that draft, check, publish and confirm; two people, never one form.
KEPT_BY_ACTS = (
    "status",
    "author",
    "checked_by",
    "checked_at",
    "published_by",
    "published_at",
    "digest",
    "copied_from",
    "confirmed_by",
    "confirmed_at",
)
# Whose a row is: never typed over, or a draft row could slip into a published list or to another unit.
BELONGS_TO = ("edition", "item", "city_unit")


def edition_of(row: Any) -> Edition | None:
    """The edition a row belongs to; None for what belongs to no edition."""
    if isinstance(row, Edition):
        return row
    return row.item.edition if isinstance(row, Guide | SupervisionRule) else getattr(row, "edition", None)


def in_force(row: Model) -> bool:
    """Whether a row may not be changed any more: published, or checked and waiting for it; what belongs to no edition is
    in force as it stands."""
    edition = edition_of(row)
    if edition is None or edition.status == Edition.Status.CHECKED:
        return True
    return row.status == Guide.Status.PUBLISHED if isinstance(row, Guide) else edition.is_fixed


def said(row: Any) -> dict[str, Any]:
    """A draft row as the record keeps it, a guide with its parts."""
    if isinstance(row, Guide):
        return guide_said(guide_sheet(row))
    fields = [one for one in row._meta.concrete_fields if not one.primary_key and one.name not in KEPT_BY_ACTS]
    told = {str(one.verbose_name): str(getattr(row, one.name) or "") for one in fields}
    if isinstance(row, Item):
        rules = row.supervision_rules.select_related("region", "unit").order_by("level", "region__position")
        told["监管分工"] = "；".join(_rule_said(one) for one in rules)
    return told


def _rule_said(rule: SupervisionRule) -> str:
    notes = [one for one in ("待确认" if rule.provisional else "", rule.note) if one]
    return f"{rule.region or '市级'} {rule.unit}" + (f"（{'，'.join(notes)}）" if notes else "")


def set_and_save(row: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


class DraftForm(ModelForm):
    """A draft row typed here holds together like one brought in by workbook; what does not is told in words."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        for name, texts in _told(self.instance).items():
            self.add_error(name if name in self.fields else None, texts)
        if not self.errors:
            try:  # the columns that are only shown count too
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)


def _told(row: Model) -> dict[str, Any]:
    """What is wrong with a row as it would be saved, by column."""
    if in_force(row):
        return {NON_FIELD_ERRORS: "已经发布或者核对，不能在这里改。"}
    if isinstance(row, Guide):
        return amiss(row)
    if isinstance(row, Item):
        return place_amiss(row)
    if isinstance(row, Delegation):
        return terms_amiss(row) or days_amiss(row)
    if isinstance(row, SupervisionRule) and (row.level == Level.COUNTY) != (row.region is not None):
        return {"region": "县级规则填写地区，市级规则不填。"}
    return {}


class FixedOnceInForce(ModelAdmin):
    """Nothing is added or deleted here, and only what is not in force yet can be changed."""

    form = DraftForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        mine = obj is not None and not in_force(obj) and super().has_change_permission(request, obj)
        return mine and is_of(obj, units_of(request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Who drafted, checked and published what is written by those acts, never typed."""
        names = {one.name for one in self.opts.concrete_fields}
        fixed = (*KEPT_BY_ACTS, *BELONGS_TO) if obj is not None else KEPT_BY_ACTS
        return [*super().get_readonly_fields(request, obj), *(name for name in fixed if name in names)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.said_before = said(type(obj)._default_manager.get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        row = type(form.instance)._default_manager.get(pk=form.instance.pk)
        self.keep(request, row, before=form.said_before, after=said(row))
        actions.touch()

    def keep(
        self, request: HttpRequest, row: Any, *, before: Any, after: Any, act: CatalogueAct = CatalogueAct.SAVED
    ) -> None:
        """Before and after on the chain of the edition, in the transaction of the change."""
        edition = edition_of(row)
        if edition is not None and before != after:
            actions.record_by_hand(
                edition=edition.code,
                subject=f"{self.opts.verbose_name} {row}",
                user=request.user,
                at=timezone.now(),
                before=before,
                after=after,
                act=act,
            )

    def has_draft_permission(self, request: HttpRequest) -> bool:
        """Whether a person may change drafts here at all; which rows, `each_draft` asks."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def each_draft(self, request: HttpRequest, chosen: QuerySet[Any], done: str, act: Callable[[Any], object]) -> None:
        """Do something to every chosen row that is a draft and this person's to change; the others stay, and it is said."""
        units = units_of(request.user)
        with transaction.atomic():
            rows = list(chosen)
            drafts = [row for row in rows if not in_force(row) and is_of(row, units)]
            for row in drafts:
                self.log_change(request, row, done)
                before, pk = said(row), row.pk
                act(row)
                gone = row.pk is None
                kind = CatalogueAct.REMOVED if gone else CatalogueAct.SAVED
                self.keep(request, row, before=before, after=None if gone else said(row), act=kind)
                row.pk = pk
            actions.touch()
        kept = f"；{len(rows) - len(drafts)} 条已发布或不归本单位，没有动" if len(rows) > len(drafts) else ""
        self.message_user(request, f"{done} {len(drafts)} 条{kept}。", messages.SUCCESS if drafts else messages.WARNING)

    @admin.action(description="删除草拟的记录", permissions=["draft"])
    def drop_drafts(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        try:
            self.each_draft(request, chosen, "已删除", lambda row: row.delete())
        except ProtectedError:
            self.message_user(request, "有记录仍被别处引用，一条也没有删除。", messages.ERROR)


def is_of(row: Any, units: set[int] | None) -> bool:
    """Whether a row belongs to an item of one of these city units (None: of any); what belongs to no item is not theirs."""
    if units is None:
        return True
    item = row if isinstance(row, Item) else getattr(row, "item", None)
    return item is not None and item.city_unit_id in units


class PartOf(TabularInline):
    """Rows of a parent: read-only whenever the parent is."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None and not in_force(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None and not in_force(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is not None and not in_force(obj) and super().has_delete_permission(request, obj)


class PartsOfGuide(BaseInlineFormSet):
    """The parts of a guide point at each other: the last table to be looked at tells where they do not."""

    beside: list[Any] = []

    def clean(self) -> None:
        super().clean()
        if not self.beside or self is not self.beside[-1] or any(self.errors):
            return
        if any(not one.is_valid() for one in self.beside if one is not self):
            return
        rows: dict[type[Model], list[Any]] = {one.model: one.kept_rows() for one in self.beside}
        wrong = parts_amiss(
            self.instance,
            materials=rows.get(Material, []),
            fields=rows.get(FormField, []),
            phrases=rows.get(StandardPhrase, []),
        )
        if wrong:
            raise ValidationError([text for texts in wrong.values() for text in texts])

    def kept_rows(self) -> list[Any]:
        return [
            one.instance
            for one in self.forms
            if (one.instance.pk or one.has_changed()) and not (self.can_delete and self._should_delete_form(one))
        ]


class PartOfGuide(PartOf):
    formset = PartsOfGuide
    ordering = ["position"]


class MaterialInline(PartOfGuide):
    model = Material


class FormFieldInline(PartOfGuide):
    model = FormField


class ReviewPointInline(PartOfGuide):
    model = ReviewPoint


class IntermediaryInline(PartOfGuide):
    model = IntermediaryService


class PhraseInline(PartOfGuide):
    model = StandardPhrase


OF_A_GUIDE = [MaterialInline, FormFieldInline, ReviewPointInline, IntermediaryInline, PhraseInline]
