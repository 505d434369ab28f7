"""What are the next number and the identifier of a licence? Allocated in the transaction that grants it, never reused.

The identifier has the shape of GB/T 36904-2018: root, type, issuing organ, serial, version, check character
(ISO 7064 MOD 37,36), separated by full stops. Type and organ codes are ours until the city library assigns its own.
"""

from datetime import date

from django.db import connection
from stdnum.iso7064 import mod_37_36

from approvals.errors import Refused
from approvals.licences.models import LicenceType

ROOT = "1.2.156.3005.2"
MOST = 99_999


class LicenceSeriesFull(Refused):
    code = "licence-series-full"
    title = "这种证照在本地区今年的编号已用完"


def next_serial(*, kind: LicenceType, region: str, on: date) -> int:
    """The next serial of a type in a region and year. Raises LicenceSeriesFull at 99999."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO licences_licenceseries (type_id, region_id, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (type_id, region_id, year) DO UPDATE SET last = licences_licenceseries.last + 1 RETURNING last",
            [kind.pk, region, on.year],
        )
        serial = int(cursor.fetchone()[0])
    if serial > MOST:
        raise LicenceSeriesFull("联系系统管理员调整编号格式。")
    return serial


def number_of(kind: LicenceType, *, region: str, on: date, serial: int) -> str:
    """The number as the type's pattern writes it."""
    parts = {"{region}": region, "{year}": str(on.year), "{year2}": f"{on.year % 100:02d}", "{serial}": f"{serial:05d}"}
    number = kind.number_pattern
    for name, value in parts.items():
        number = number.replace(name, value)
    return number


def identifier_of(kind: LicenceType, *, organ: str, region: str, on: date, serial: int, version: int) -> str:
    """The electronic licence's identifier; `organ` is its USCC, or its code where it has none."""
    body = [kind.library_code or kind.code, organ, f"{region}{on.year}{serial:05d}", f"{version:03d}"]
    check = mod_37_36.calc_check_digit("".join(character for character in "".join(body).upper() if character.isalnum()))
    return ".".join([ROOT, *body, check])


def with_version(identifier: str, version: int) -> str:
    """The identifier of another version of the same licence."""
    *body, _, _ = identifier.removeprefix(f"{ROOT}.").split(".")
    parts = [*body, f"{version:03d}"]
    check = mod_37_36.calc_check_digit(
        "".join(character for character in "".join(parts).upper() if character.isalnum())
    )
    return ".".join([ROOT, *parts, check])
