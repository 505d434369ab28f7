"""Which seal may be used, by whom, for what, and on which day?"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from approvals.documents.load import load_seals
from approvals.documents.making import NoSeal, seal_of
from approvals.documents.models import Letter, Seal
from approvals.organisations.models import Organ
from approvals.organisations.seedfile import SeedMalformed

pytestmark = pytest.mark.django_db
SEEDS = settings.BASE_DIR / "seeds" / "organisations" / "seals.csv"
DAY = date(2022, 7, 1)


@pytest.fixture(autouse=True)
def seals() -> None:
    load_seals(SEEDS)


def organ(code: str) -> int:
    return Organ.objects.get(code=code).pk


def test_every_organ_that_decides_has_an_approval_seal_of_its_own_from_the_first_day_of_the_reform() -> None:
    seals = Seal.objects.filter(kind="APPROVAL", owner__posts__role="DECIDER").exclude(owner__code="360700-BB")
    assert all(seal.in_force(date(2022, 6, 1)) and seal.owner_id == seal.holder_id for seal in seals)
    assert not seals.first().in_force(date(2022, 5, 31))


def test_a_county_window_holds_the_citys_acceptance_seal_for_its_county() -> None:
    given = Letter(organ_id=organ("360700-SPJ"), seal_holder_id=organ("360731-WIN"), item="3-38", issued_on=DAY)
    assert "于都县" in seal_of(given, Seal.Kind.ACCEPTANCE).name


def test_a_number_two_seal_is_the_citys_in_the_countys_hands_for_some_items_and_days() -> None:
    Seal.objects.create(
        code="360731-SPJ-2",
        name="赣州市行政审批局行政审批2号章（于都县）",
        kind="NUMBER_TWO",
        owner_id=organ("360700-SPJ"),
        holder_id=organ("360731-SPJ"),
        item_scope=["2-30"],
        valid_from=date(2024, 1, 1),
        valid_to=date(2024, 12, 31),
    )
    held = {"organ": Organ.objects.get(code="360700-SPJ"), "seal_holder_id": organ("360731-SPJ")}
    for item, day in (("2-30", date(2024, 1, 1)), ("2-30", date(2024, 12, 31))):
        assert seal_of(Letter(item=item, issued_on=day, **held), Seal.Kind.APPROVAL).code == "360731-SPJ-2"
    for item, day in (("2-30", date(2023, 12, 31)), ("2-30", date(2025, 1, 1)), ("2-28", date(2024, 6, 1))):
        with pytest.raises(NoSeal):
            seal_of(Letter(item=item, issued_on=day, **held), Seal.Kind.APPROVAL)


def test_an_approval_seal_never_leaves_its_organ() -> None:
    with pytest.raises(IntegrityError):
        Seal.objects.filter(code="360700-SPJ-A").update(holder=organ("360731-SPJ"))


def test_loading_again_changes_nothing() -> None:
    before = sorted(map(str, Seal.objects.values_list()))
    assert load_seals(SEEDS) == len(before)
    assert sorted(map(str, Seal.objects.values_list())) == before


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("360700-SPJ,360700-SPJ,,2022-06-01,", "360700-SPJ,360731-SPJ,,2022-06-01,", "holder"),
        ("360700-SPJ,360700-SPJ,,2022-06-01,", "360700-SPJ,360700-SPJ,,2022-06-01,2022-05-31", "valid_to"),
        ("APPROVAL,360700-SPJ", "ROUND,360700-SPJ", "kind"),
        ("APPROVAL,360700-SPJ", "APPROVAL,360799-SPJ", "owner"),
    ],
)
def test_a_malformed_seal_is_named_and_none_is_loaded(tmp_path: Path, old: str, new: str, column: str) -> None:
    path = Path(shutil.copy(SEEDS, tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1).replace("于都县行政审批局", "某局"), encoding="utf-8")
    with pytest.raises(SeedMalformed) as refusal:
        load_seals(path)
    assert refusal.value.extra == {"file": "seals.csv", "row": 2, "column": column}
    assert not Seal.objects.filter(name__contains="某局").exists()


@pytest.mark.parametrize("model", ["seal", "storedfile"])
def test_the_register_opens_in_the_management_pages(model: str, admin_client: Client) -> None:
    assert admin_client.get(f"/admin/documents/{model}/").status_code == 200


def test_stored_files_are_for_looking_only(admin_client: Client) -> None:
    assert admin_client.get("/admin/documents/storedfile/add/").status_code == 403
