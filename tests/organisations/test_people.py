"""Are there people in every post a case passes, and can nobody hold two posts that exclude each other?"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Q

from approvals.organisations.access import actor_for
from approvals.organisations.actions import PostsExclude, refuse_mixed_roles
from approvals.organisations.load import demo_password
from approvals.organisations.models import ADMINISTRATORS, Organ, Post, Region, SupervisionUnit, User
from approvals.organisations.people import DemoOnly, load_people
from approvals.organisations.seedfile import SeedMalformed

pytestmark = pytest.mark.django_db
PEOPLE = settings.BASE_DIR / "fixtures" / "people.csv"
DAY = date(2022, 7, 1)
CITY_UNITS = ("SPJ", "ZRZY", "ZJ", "JT", "SW", "SCJG", "NY", "JY", "STHJ", "SF")
# Whose items a county reviews or decides (annexes 1 and 2), beside 住建局, whose items are 章贡区's alone.
COUNTY_PHASES = ("SPJ", "JT", "SF", "ZRZY", "NY", "SCJG", "JY", "STHJ")
HEROES = {
    "xiexiaolan": ("谢小兰", "360731-WIN", {"CLERK"}),
    "lijianping": ("李建平", "360731-SPJ", {"REVIEWER"}),
    "heweidong": ("何卫东", "360731-SPJ", {"CHECKER", "SEAL_KEEPER"}),
    "wenhaitao": ("温海涛", "360731-SPJ", {"DECIDER"}),
    "zhongqiuping": ("钟秋萍", "360700-SPJ", {"REVIEWER"}),
    "zengzhigang": ("曾志刚", "360700-SPJ", {"DECIDER"}),
    "chenyumei": ("陈玉梅", "360700-SPJ", {"SEAL_KEEPER"}),
    "wangzhenhua": ("王振华", "360700-SCJG", {"SUPERVISOR"}),
    "liuhongying": ("刘红英", "360731-SCJG", {"SUPERVISOR"}),
    "huangli": ("黄丽", "360702-WIN", {"CLERK"}),
}


@pytest.fixture(autouse=True)
def people() -> None:
    load_people(PEOPLE, password=demo_password(), demo=True)


def holders() -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for organ, role, user in Post.objects.in_force(DAY).values_list("organ__code", "role", "user"):
        found[organ, role].add(user)
    return found


def test_the_named_people_sit_where_the_stories_put_them() -> None:
    for username, (name, organ, roles) in HEROES.items():
        posts = Post.objects.filter(user__username=username)
        assert set(posts.values_list("user__name", "organ__code")) == {(name, organ)}
        assert set(posts.values_list("role", flat=True)) == roles


def test_every_region_and_the_city_have_a_window_clerk_and_a_coordinator() -> None:
    found = holders()
    for region in Region.objects.values_list("code", flat=True):
        assert found[f"{region}-WIN", "CLERK"]
        assert found[f"{region}-SPJ", "COORDINATOR"]


def test_in_every_county_organ_that_holds_a_phase_three_people_review_check_and_decide() -> None:
    found = holders()
    organs = set(Organ.objects.exclude(region="360700").values_list("code", flat=True))
    wanted = {code for code in organs if code.split("-")[1] in COUNTY_PHASES} | {"360702-ZJ"}
    for organ in wanted:
        trio = [found[organ, role] for role in ("REVIEWER", "CHECKER", "DECIDER")]
        assert all(trio), organ
        assert len(set.union(*trio)) == sum(map(len, trio)), organ
        assert found[organ, "SEAL_KEEPER"], organ


def test_every_city_unit_has_a_reviewer_another_who_decides_a_seal_keeper_and_an_item_admin() -> None:
    found = holders()
    for key in CITY_UNITS:
        organ = f"360700-{key}"
        assert found[organ, "REVIEWER"]
        assert found[organ, "DECIDER"]
        assert not found[organ, "REVIEWER"] & found[organ, "DECIDER"]
        assert found[organ, "SEAL_KEEPER"]
        assert found[organ, "ITEM_ADMIN"]


def test_every_supervision_unit_has_a_supervisor() -> None:
    assert not SupervisionUnit.objects.exclude(posts__in=Post.objects.in_force(DAY)).exists()


def test_a_second_organ_can_confirm_a_delegation_taken_back_by_the_approval_bureau() -> None:
    assert holders()["360700-BB", "DECIDER"]


def test_the_three_administrators_are_three_people_with_no_other_post_and_only_those_who_draft_join_them_in_management() -> (
    None
):
    administrators = Post.objects.filter(role__in=ADMINISTRATORS)
    assert sorted(administrators.values_list("role", flat=True)) == sorted(ADMINISTRATORS)
    users = set(administrators.values_list("user", flat=True))
    assert len(users) == 3
    assert Post.objects.filter(user__in=users).count() == 3
    drafting = Q(posts__role="ITEM_ADMIN") | Q(posts__role="COORDINATOR", posts__organ__region__kind="CITY")
    let_in = User.objects.filter(is_staff=True, is_demo=True)
    assert set(let_in.values_list("pk", flat=True)) == users | set(
        User.objects.filter(drafting).values_list("pk", flat=True)
    )
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_demo_person_signs_in_with_the_one_printed_password() -> None:
    person = User.objects.get(username="xiexiaolan")
    assert person.check_password(demo_password())
    assert not person.check_password(demo_password() + "-")
    assert actor_for(person, on=DAY).is_window


def test_loading_the_people_again_changes_nothing_but_another_password_is_set_for_all() -> None:
    before = sorted(Post.objects.values_list()), sorted(User.objects.values_list("pk", "username", "password"))
    load_people(PEOPLE, password=demo_password(), demo=True)
    assert (
        sorted(Post.objects.values_list()),
        sorted(User.objects.values_list("pk", "username", "password")),
    ) == before
    load_people(PEOPLE, password="another-Word-9", demo=True)
    assert User.objects.get(username="liuhongying").check_password("another-Word-9")
    assert User.objects.filter(is_demo=True).values("password").distinct().count() == 1


def test_demo_people_are_refused_outside_demo_mode_and_never_loaded_in_production(settings) -> None:
    settings.DEMO = False
    with pytest.raises(DemoOnly):
        load_people(PEOPLE, password="x", demo=None)
    settings.PRODUCTION = True
    with pytest.raises(DemoOnly):
        load_people(PEOPLE, password="x", demo=True)


def test_a_real_account_is_never_turned_into_a_demo_account() -> None:
    User.objects.filter(username="huangli").update(is_demo=False, password="kept")
    with pytest.raises(DemoOnly, match="huangli"):
        load_people(PEOPLE, password="x", demo=True)
    assert User.objects.get(username="huangli").password == "kept"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("zhangsan,张三,360799-SPJ,CLERK,,", "organ"),
        ("zhangsan,张三,360731-SPJ,BOSS,,", "role"),
        ("zhangsan,张三,360731-SCJG,SUPERVISOR,,", "unit"),
        ("zhangsan,张三,360731-SPJ,SUPERVISOR,360731-SCJG-J,", "unit"),
        ("zhangsan,张三,360731-SPJ,REVIEWER,360731-SCJG-J,", "unit"),
        ("xiexiaolan,张三,360731-SPJ,REVIEWER,,", "name"),
        ("xiexiaolan,谢小兰,360731-SPJ,AUDITOR,,", "role"),
        ("xiexiaolan,谢小兰,360731-WIN,CLERK,,", "unit"),
    ],
)
def test_a_malformed_line_of_people_is_named_and_nobody_is_loaded(tmp_path: Path, line: str, column: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        f"username,name,organ,role,unit,item_scope\nxinren,新人,360731-SPJ,CLERK,,\n"
        f"xiexiaolan,谢小兰,360731-WIN,CLERK,,\n{line}\n",
        encoding="utf-8",
    )
    with pytest.raises(SeedMalformed) as refusal:
        load_people(path, password="x", demo=True)
    assert refusal.value.extra == {"file": "people.csv", "row": 4, "column": column}
    assert not User.objects.filter(username="xinren").exists()


# ---------------------------------------------------------------- posts


def test_a_person_may_act_for_the_items_of_a_post_from_its_first_day() -> None:
    user, place = User.objects.get(username="lijianping"), Organ.objects.get(code="360731-SF")
    given = {"role": "REVIEWER", "valid_from": date(2023, 1, 1), "item_scope": ["1-10"]}
    post = Post.objects.create(user=user, organ=place, **given)
    assert actor_for(user, on=date(2023, 1, 1), post=post.pk).item_scope == ("1-10",)
    assert post not in Post.objects.in_force(date(2022, 12, 31))


def test_an_administrator_gets_no_post_that_handles_cases_and_the_other_way_round() -> None:
    admin, reviewer = User.objects.get(posts__role="SYSTEM_ADMIN"), User.objects.get(username="lijianping")
    for person, role in ((admin, "REVIEWER"), (admin, "AUDITOR"), (reviewer, "SECURITY_ADMIN")):
        with pytest.raises(PostsExclude):
            refuse_mixed_roles(person, role)
    refuse_mixed_roles(admin, "SYSTEM_ADMIN")
    refuse_mixed_roles(reviewer, "CHECKER")
