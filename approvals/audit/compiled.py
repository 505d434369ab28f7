"""How is a query asked again and again without its text being built each time?

Django builds the text of a query from its parts whenever it runs; for a row found by its key that takes several times as
long as the answer. The few queries that stand in the way of every act are built once and asked with other values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Compiled:
    """A `values_list` query, built from stand-ins for its parameters: keys and texts, which need no conversion."""

    def __init__(self, query: QuerySet[Any, tuple[Any, ...]]) -> None:
        compiler = query.query.get_compiler(connection=connection)
        self.sql, self.standing_in = compiler.as_sql()
        self.converters = compiler.get_converters([column for column, *_ in compiler.select])

    def rows(self, *values: int | str) -> Iterator[list[Any]]:
        """The rows for these values, each as Django would read it. Takes one value for each stand-in, in order."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found = cursor.fetchall()
        for row in map(list, found):
            for column, (functions, expression) in self.converters.items():
                for function in functions:
                    row[column] = function(row[column], expression, connection)
            yield row
