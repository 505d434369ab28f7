"""Which rows does a sheet add or change, and what is wrong with it? Told by row and column; written all or nothing.

Built on django-import-export: its resources load, compare, validate and save row by row; here stand the house's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Model, QuerySet
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from approvals.errors import Invalid, Refused
from approvals.organisations.models import User
from approvals.organisations.sheets.columns import Column
from approvals.organisations.sheets.reading import Sheet

PERSONAL = "（个人信息）"
NAMES = {RowResult.IMPORT_TYPE_NEW: "新增", RowResult.IMPORT_TYPE_UPDATE: "修改", RowResult.IMPORT_TYPE_SKIP: "不变"}


@dataclass(frozen=True)
class Mistake:
    """What is wrong, and where: the row as a spreadsheet shows it (0: the whole sheet), the column's heading."""

    row: int
    column: str
    text: str
    sheet: str = ""

    def __str__(self) -> str:
        sheet = f"工作表「{self.sheet}」" if self.sheet else ""
        row = f"第 {self.row} 行" if self.row else ""
        column = f"「{self.column}」列" if self.column else ""
        return "：".join(filter(None, (f"{sheet}{row}{column}", self.text)))


@dataclass(frozen=True)
class Change:
    """One row that is new or differs: its number, what happens to it, and each cell as HTML with what goes and comes."""

    row: int
    kind: str
    cells: Sequence[str]
    columns: tuple[str, ...]
    key: str
    values: tuple[tuple[str, str, str], ...] = ()  # (heading, before, after) of each cell that differs; for the record
    instance: Any = None


@dataclass
class Tried:
    """What an import did, or would do."""

    headings: list[str]
    changes: list[Change] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    unchanged: int = 0

    def count(self, kind: str) -> int:
        return sum(change.kind == kind for change in self.changes)


class SheetRefused(Refused):
    code = "sheet-refused"
    status = 422
    title = "表格里有错，没有写入任何内容"


class ByKey(BaseInstanceLoader):
    """The stored rows by the columns that name a row, read once."""

    def __init__(self, resource: SheetResource, dataset: Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        self.rows = {resource.key_of(row): row for row in resource.get_queryset()}

    def get_instance(self, row: dict[str, str]) -> Model | None:
        return self.rows.get(self.resource.key_in(row))


class SheetResource(ModelResource):
    """One table. `title` names its sheet, `key` the attributes that name a row; `parts` are sheets of rows of a row."""

    title: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[tuple[Any, ...]] = ()
    private: ClassVar[
        tuple[str, ...]
    ] = ()  # attributes whose values are personal: the record says only that they changed

    class Meta:
        fields = ()  # none of the library's own making
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = True
        store_instance = True
        instance_loader_class = ByKey

    def __init__(self, *, user: User) -> None:
        super().__init__()
        self.fields = dict(self.columns())
        self.user = user
        self.numbers: list[int] = []

    # ------------------------------------------------------------ what a table's own resource says

    def columns(self) -> dict[str, Column]:
        """The columns by the attribute each shows, in the order of the sheet."""
        raise NotImplementedError

    def rows(self) -> QuerySet[Any]:
        """The stored rows, with what the columns show of them."""
        return self._meta.model._default_manager.all()

    def refuse(self, instance: Any, original: Any | None) -> str | dict[str, str]:
        """Why this person may not add (`original` None) or change this row; empty when they may. A mistake in one cell
        stands under the attribute of its column."""
        return ""

    def prepare(self, instance: Any) -> None:
        """Fill in what follows from the row before it is looked at."""

    def check_all(self) -> None:
        """What must hold over all rows together once they are written. Raises Refused."""

    def saved(self, changes: list[Change]) -> None:
        """What follows once everything is written, in the same transaction."""

    # ------------------------------------------------------------ the way out

    def sheets(self, rows: Iterable[Any]) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
        """(title, header, rows) of the table and of its parts."""
        rows = list(rows)
        fields = [one for one in self.get_export_fields() if not isinstance(one, PartsColumn)]
        yield self.title, [one.column_name for one in fields], [[one.export(row) for one in fields] for row in rows]
        for part in self.parts:
            yield part.title, part.header(self), list(part.rows_of(self, rows))

    # ------------------------------------------------------------ the way in

    def bring(self, sheets: list[Sheet], *, write: bool) -> Tried:
        """Try the sheets, and write them if nothing is wrong and `write` says so: in one transaction, all or nothing."""
        tried = Tried([one.column_name for one in self.get_import_fields()])
        dataset = self._dataset(sheets, tried)
        if tried.mistakes:
            return tried
        with transaction.atomic():
            result = self.import_data(dataset, dry_run=not write, rollback_on_validation_errors=True)
            self._tell(result, tried)
            if tried.mistakes:
                transaction.set_rollback(True)
            elif write:
                self.saved(tried.changes)
        return tried

    def _dataset(self, sheets: list[Sheet], tried: Tried) -> Dataset:
        main = next((one for one in sheets if one.title in (self.title, "")), sheets[0] if len(sheets) == 1 else None)
        if main is None:
            tried.mistakes.append(Mistake(0, "", f"没有名为「{self.title}」的工作表"))
            return Dataset()
        fields = [one for one in self.get_import_fields() if not isinstance(one, PartsColumn)]
        known = [one.column_name for one in fields if not one.readonly]
        extra = [one.column_name for one in self.fields.values() if one.readonly]
        tried.mistakes += wrong_header(main.header, known, extra)
        if tried.mistakes:
            return Dataset()
        self.numbers = [line.number for line in main.lines]
        folded = [part.fold(self, sheets, main, tried) for part in self.parts]
        folded = [one for one in folded if one is not None]
        dataset = Dataset(headers=[*main.header, *(heading for heading, _ in folded)])
        keys: dict[tuple[str, ...], int] = {}
        for line in main.lines:
            row = dict(zip(main.header, line.cells, strict=True))
            key = tuple(row[self.fields[name].column_name] for name in self.key)
            if key in keys:
                heading = self.fields[self.key[0]].column_name
                tried.mistakes.append(Mistake(line.number, heading, f"与第 {keys[key]} 行重复：{' '.join(key)}"))
            keys.setdefault(key, line.number)
            dataset.append([*line.cells, *(rows.get(key, []) for _, rows in folded)])
        if not main.lines:
            tried.mistakes.append(Mistake(0, "", "表头以下没有内容"))
        return dataset

    def _tell(self, result: Any, tried: Tried) -> None:
        for row, number in zip(result.rows, self.numbers, strict=False):
            if row.validation_error is not None:
                tried.mistakes += self._mistakes(row.validation_error, number)
            for error in row.errors:
                if not isinstance(error.error, IntegrityError | Refused):
                    raise error.error
                tried.mistakes.append(Mistake(number, "", _said(error.error)))
            if row.import_type == RowResult.IMPORT_TYPE_SKIP:
                tried.unchanged += 1
            elif row.import_type in NAMES:
                before = getattr(row, "original", None) if NAMES[row.import_type] == "修改" else None
                values = tuple(self._differing(before, row.instance))
                tried.changes.append(
                    Change(
                        row=number,
                        kind=NAMES[row.import_type],
                        cells=row.diff or (),
                        columns=tuple(heading for heading, _, _ in values),
                        key=" ".join(map(str, self.key_of(row.instance))),
                        values=values,
                        instance=row.instance,
                    )
                )
        for error in result.base_errors:
            if not isinstance(error.error, Refused):
                raise error.error
            tried.mistakes.append(Mistake(0, "", _said(error.error)))

    def _differing(self, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
        """(heading, before, after) of each cell that is not as it was, in the words of the sheet."""
        for one in self.get_import_fields():
            if before is not None and one.get_value(before) == one.get_value(after):
                continue
            was, now = (_shown(one, before) if before is not None else ""), _shown(one, after)
            if one.attribute in self.private:
                was, now = (was and PERSONAL), (now and PERSONAL)
            yield one.column_name, was, now

    def _mistakes(self, error: ValidationError, number: int) -> Iterator[Mistake]:
        told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in told.items():
            column = self.fields[name].column_name if name in self.fields else ""
            for text in texts:
                yield Mistake(number, column, text.removesuffix("。"))

    # ------------------------------------------------------------ hooks of the library

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows()

    def get_import_fields(self) -> list[Any]:
        return [one for one in self.fields.values() if not one.readonly]

    def get_export_fields(self, selected_fields: Any = None) -> list[Any]:
        return list(self.fields.values())

    def get_import_id_fields(self) -> list[str]:
        return list(self.key)

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(self.fields[name].export(row) for name in self.key)

    def key_in(self, row: dict[str, str]) -> tuple[Any, ...] | None:
        """The key a row of the sheet names, as `key_of` would show it; None where a cell of it is wrong."""
        try:
            fields = [self.fields[name] for name in self.key]
            return tuple(one.widget.render(one.clean(row)) for one in fields)
        except ValueError:
            return None

    def import_instance(self, instance: Any, row: dict[str, str], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        self.prepare(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: Any = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        structures = [one.name for one in instance._meta.concrete_fields if isinstance(one, models.JSONField)]
        if not errors:
            original = None if instance._state.adding else self._meta.model._default_manager.get(pk=instance.pk)
            if why := self.refuse(instance, original):
                raise ValidationError(why)
            try:
                instance.full_clean(exclude=structures)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for part in self.parts:
            part.save(instance)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        if not result.has_errors() and not result.has_validation_errors():
            self.check_all()


def _shown(column: Any, row: Any) -> str:
    value = column.export(row)
    return "" if value is None else str(value)


def _said(error: Exception) -> str:
    if isinstance(error, Invalid):
        return error.detail
    return error.detail if isinstance(error, Refused) else "与已有的记录冲突，请核对是否重复"


def wrong_header(header: Sequence[str], known: Sequence[str], extra: Sequence[str], sheet: str = "") -> list[Mistake]:
    """What is wrong with a header that must hold exactly the known columns, in any order, and may hold the extra ones."""
    mistakes = [Mistake(1, name, "表头缺少这一列", sheet) for name in known if name not in header]
    mistakes += [Mistake(1, name, "表头重复", sheet) for name in dict.fromkeys(header) if header.count(name) > 1]
    mistakes += [
        Mistake(1, name or "（空）", "表头有不认识的列", sheet) for name in header if name not in (*known, *extra)
    ]
    return mistakes


class PartsColumn(Column):
    """All rows of one kind that belong to a row, as one cell of the preview."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.related, part.title)
        self.part = part

    def get_value(self, instance: Any) -> Any:
        given = getattr(instance, f"given_{self.part.related}", None)
        return self.part.values_of(instance) if given is None else given

    def clean(self, row: Any, **kwargs: Any) -> Any:
        return row[self.column_name]

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        setattr(instance, f"given_{self.part.related}", self.clean(row))

    def export(self, instance: Any, **kwargs: Any) -> str:
        columns = list(self.part.columns.values())
        return "\n".join(
            "｜".join(str(one.widget.render(value)) for one, value in zip(columns, values, strict=True) if value)
            for values in self.get_value(instance) or ()
        )


@dataclass(frozen=True)
class Part:
    """A sheet of the rows that belong to the rows of the main sheet, such as the materials of a guide."""

    title: str
    model: type[Model]
    owner: str  # the foreign key to the main row
    related: str  # the way back
    columns: dict[str, Column]
    order: str = "position"

    def header(self, resource: SheetResource) -> list[str]:
        keys = [resource.fields[name].column_name for name in resource.key]
        return [*keys, *(one.column_name for one in self.columns.values())]

    def told_apart_by(self) -> list[str]:
        """The columns, beside the order, that no two parts of one row may share."""
        found = [one.fields for one in self.model._meta.constraints if isinstance(one, models.UniqueConstraint)]
        alone = [set(names) - {self.owner} for names in found if self.owner in names]
        return [
            name for names in alone if len(names) == 1 for name in names if name in self.columns and name != self.order
        ]

    def values_of(self, instance: Any) -> list[tuple[Any, ...]]:
        """The stored parts of a row, in order, as values."""
        if instance.pk is None:
            return []
        rows = sorted(getattr(instance, self.related).all(), key=lambda one: getattr(one, self.order))
        return [tuple(getattr(one, name) for name in self.columns) for one in rows]

    def rows_of(self, resource: SheetResource, rows: Iterable[Any]) -> Iterator[list[Any]]:
        for row in rows:
            for values in self.values_of(row):
                shown = (one.widget.render(value) for one, value in zip(self.columns.values(), values, strict=True))
                yield [*resource.key_of(row), *shown]

    def fold(
        self, resource: SheetResource, sheets: list[Sheet], main: Sheet, tried: Tried
    ) -> tuple[str, dict[tuple[str, ...], list[tuple[Any, ...]]]] | None:
        """The part rows of each main row, by its key; None where the workbook has no such sheet: then nothing changes."""
        sheet = next((one for one in sheets if one.title == self.title), None)
        if sheet is None:
            return None
        wrong = wrong_header(sheet.header, self.header(resource), (), self.title)
        tried.mistakes += wrong
        if wrong:
            return None
        keys = [resource.fields[name].column_name for name in resource.key]
        there = {tuple(dict(zip(main.header, line.cells, strict=True))[name] for name in keys) for line in main.lines}
        folded: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for line in sheet.lines:
            row = dict(zip(sheet.header, line.cells, strict=True))
            key = tuple(row[name] for name in keys)
            if key not in there:
                tried.mistakes.append(Mistake(line.number, keys[0], f"主表里没有「{' '.join(key)}」", self.title))
                continue
            values = []
            for column in self.columns.values():
                try:
                    values.append(column.clean(row))
                except ValueError as error:
                    tried.mistakes.append(Mistake(line.number, column.column_name, str(error), self.title))
            if len(values) == len(self.columns):
                tried.mistakes += self.wrong_cells(values, line.number)
            folded.setdefault(key, []).append(tuple(values))
        position = list(self.columns).index(self.order)
        for key, rows in folded.items():
            places = [values[position] for values in rows if len(values) == len(self.columns)]
            if len(set(places)) != len(places):
                tried.mistakes.append(Mistake(0, "序号", f"「{' '.join(key)}」的序号重复", self.title))
            for name in self.told_apart_by():
                given = [values[list(self.columns).index(name)] for values in rows if len(values) == len(self.columns)]
                if len(set(given)) != len(given):
                    heading = self.columns[name].column_name
                    tried.mistakes.append(Mistake(0, heading, f"「{' '.join(key)}」的{heading}重复", self.title))
            rows.sort(key=lambda values: values[position] if len(values) > position else 0)
        return self.title, folded

    def built(self, values: Iterable[Any], **owner: Any) -> Model:
        return self.model(**owner, **dict(zip(self.columns, values, strict=True)))

    def wrong_cells(self, values: list[Any], number: int) -> Iterator[Mistake]:
        """What the model itself refuses in a row of this sheet: too long, not of the list."""
        part = self.built(values)
        left_out = [one.name for one in part._meta.concrete_fields if isinstance(one, models.JSONField)]
        try:
            part.clean_fields(exclude=[*left_out, self.owner])
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                column = self.columns[name].column_name if name in self.columns else ""
                for text in texts:
                    yield Mistake(number, column, text.removesuffix("。"), self.title)

    def save(self, instance: Any) -> None:
        """Put the parts given for a row in the place of the stored ones."""
        given = getattr(instance, f"given_{self.related}", None)
        if given is None:
            return
        self.model._default_manager.filter(**{self.owner: instance}).delete()
        self.model._default_manager.bulk_create([self.built(values, **{self.owner: instance}) for values in given])
