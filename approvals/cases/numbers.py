"""What is the next case number? GZ, region, day, serial, check digit: GZ360731260302000179; unique, never reused.

The serial's row stays locked until the case is committed, so two windows never get the same one; an aborted receipt
leaves no gap that matters. The last digit is a Luhn check, so that a mistyped number is told from an unknown one.
"""

from datetime import date

from django.db import connection
from stdnum import luhn

from approvals.errors import Refused


class SeriesFull(Refused):
    code = "series-full"
    title = "本地区今天的办件编号已用完"


def next_number(*, region: str, day: date) -> str:
    """Allocate the next number of a region and day, inside the caller's transaction. Raises SeriesFull at 99999 a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numberseries (region_id, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (region_id, day) DO UPDATE SET last = cases_numberseries.last + 1 RETURNING last",
            [region, day],
        )
        serial = cursor.fetchone()[0]
    if serial > 99_999:
        raise SeriesFull("明天再收，或联系系统管理员。")
    digits = f"{region}{day:%y%m%d}{serial:05d}"
    return f"GZ{digits}{luhn.calc_check_digit(digits)}"


def is_number(text: str) -> bool:
    """Whether a text has the form and check digit of a case number."""
    return (
        len(text) == 20 and text.startswith("GZ") and text.isascii() and text[2:].isdigit() and luhn.is_valid(text[2:])
    )
