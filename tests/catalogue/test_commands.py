"""What do `manage.py catalogue` and `manage.py jurisdiction` answer, and how do they refuse?"""

import io
import json
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_answer_for_one_pair_has_exactly_these_keys():
    answer = json.loads(run("jurisdiction", "--item", "3-38", "--region", "360703", "--on", "2022-08-01", "--json"))
    assert list(answer) == [
        "item",
        "region",
        "delegated",
        "mode",
        "accept",
        "review",
        "decide",
        "supervise",
        "reasons",
        "nearest_miss",
    ]
    assert (answer["item"], answer["region"], answer["delegated"], answer["mode"]) == ("3-38", "360703", True, "window")
    assert answer["accept"] == {
        "level": "county",
        "region": "360703",
        "organ": "南康区综合窗口",
        "in_the_name_of": "赣州市行政审批局",
    }
    assert answer["decide"] == {
        "level": "city",
        "region": "360700",
        "organ": "赣州市行政审批局",
        "in_the_name_of": None,
    }
    assert [list(unit) for unit in answer["supervise"]] == [["level", "unit", "copy"]] * 2
    assert [(unit["level"], unit["copy"]) for unit in answer["supervise"]] == [("city", False), ("county", True)]
    assert answer["reasons"][0] == "赣市府办发〔2022〕7号 附件3第38项：燃气经营许可证新办"
    assert answer["nearest_miss"] is None


def test_where_nothing_is_delegated_the_answer_names_the_city_and_the_nearest_miss():
    answer = json.loads(run("jurisdiction", "--item", "1-12", "--region", "360703", "--on", "2022-08-01", "--json"))
    assert (answer["delegated"], answer["mode"]) == (False, None)
    assert {answer[phase]["organ"] for phase in ("accept", "review", "decide")} == {"赣州市住房和城乡建设局"}
    assert answer["nearest_miss"] == "只由章贡区行使"


def test_without_json_it_speaks_in_sentences():
    text = run("jurisdiction", "--item", "1-12", "--region", "360703", "--on", "2022-08-01")
    assert text.startswith("2022-08-01 360703 1-12：不承接（只由章贡区行使）\n· 赣市府办发〔2022〕7号 附件1第12项")


def test_without_item_and_region_every_pair_is_one_line_in_seconds():
    start = time.monotonic()
    lines = run("jurisdiction", "--on", "2022-08-01").splitlines()
    assert time.monotonic() - start < 5
    answers = [json.loads(line) for line in lines]
    assert len({(answer["item"], answer["region"]) for answer in answers}) == len(answers) == 118 * 20
    assert sum(answer["delegated"] for answer in answers) == 190 + 98 * 20


def test_with_only_one_of_the_two_the_other_is_gone_through():
    assert len(run("jurisdiction", "--on", "2022-08-01", "--item", "3-38").splitlines()) == 20
    assert len(run("jurisdiction", "--on", "2022-08-01", "--region", "360703").splitlines()) == 118


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--item", "9-9", "--region", "360703", "--on", "2022-08-01"], "没有代码为「9-9」的事项"),
        (["--item", "3-38", "--region", "360799", "--on", "2022-08-01"], "没有区划代码为「360799」的地区"),
        (["--item", "9-9", "--on", "2022-08-01"], "没有代码为「9-9」的事项"),
        (["--item", "3-38", "--region", "360703", "--on", "2021-12-31"], "没有 2021 年的清单"),
        (["--on", "2021-08-01"], "没有 2021 年的清单"),
        (["--item", "3-38", "--region", "360703", "--on", "八月一日"], "日期应写成 2022-08-01"),
    ],
)
def test_a_wrong_question_is_refused_in_chinese(arguments, said):
    with pytest.raises(CommandError, match=said):
        run("jurisdiction", *arguments)


def test_loading_says_how_much_was_new():
    assert "新增 0 行" in run("catalogue", "load", "2022")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["load", "2021"], "清单最早为 2022 年"),
        (["load", "2040"], "seeds/2040"),
        (["export", "2040"], "没有版本「2040」"),
    ],
)
def test_an_edition_that_does_not_exist_is_refused(arguments, said):
    with pytest.raises(CommandError, match=said):
        run("catalogue", *arguments)


def test_the_export_can_go_to_a_file(tmp_path):
    run("catalogue", "export", "2022", "--out", str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_bytes() == (settings.BASE_DIR / "seeds/2022/items.csv").read_bytes()
