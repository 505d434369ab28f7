"""A button pressed twice at once: one case, and both answers lead to it. Real commits in a database of its own."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case
from tests import people
from tests.cases.test_concurrency import at_once
from tests.workbench.desks import at_desk
from tests.workbench.test_intake import typed

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("confirmed", [{}, {"confirm_duplicate": "1"}])
def test_a_double_click_receives_once_and_both_presses_lead_to_the_case(live_db, confirmed: dict[str, str]):
    before = set(Case.objects.values_list("number", flat=True))
    desk = at_desk(people.xie())
    form = typed(once=f"double {confirmed}", address=f"双击路 {confirmed}", **confirmed)

    def press() -> str:
        one = Client()
        one.cookies = desk.cookies
        return one.post(reverse("intake"), form).headers.get("Location", "")

    led = at_once(press, press, press)
    [number] = set(Case.objects.values_list("number", flat=True)) - before
    assert led == [reverse("case", args=[number])] * 3
