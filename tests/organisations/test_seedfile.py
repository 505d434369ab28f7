"""Is a mistake in a seed file named by its place, as a spreadsheet shows it?"""

from datetime import date
from pathlib import Path

import pytest

from approvals.organisations.seedfile import Row, SeedMalformed, read_csv, unique

COLUMNS = ("code", "days", "on", "flag")


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "example.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refused(path: Path) -> tuple[int, str]:
    with pytest.raises(SeedMalformed) as refusal:
        read_csv(path, COLUMNS)
    return refusal.value.extra["row"], refusal.value.extra["column"]


def test_rows_come_with_their_numbers_stripped_and_without_blank_lines(write) -> None:
    path = write("\ufeffflag,code,on,days\r\n是, A ,2022-06-01,5\r\n,,,\r\n否,B,,0\r\n")
    one, other = read_csv(path, COLUMNS)
    assert (one.number, one.text("code"), one.integer("days"), one.flag("flag")) == (2, "A", 5, True)
    assert (one.day("on"), other.day_or_none("on"), other.number) == (date(2022, 6, 1), None, 4)


def test_a_cell_may_hold_line_breaks_and_the_row_keeps_its_number(write) -> None:
    rows = read_csv(write('code,days,on,flag\n"A\nB",1,,是\nC,2,,否\n'), COLUMNS)
    assert [(row.number, row.text("code")) for row in rows] == [(2, "A\nB"), (3, "C")]


def test_a_file_that_is_missing_not_text_or_not_csv_is_refused(write, tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere.csv") == (0, "")
    assert refused(write("代码".encode("gbk"))) == (0, "")
    assert refused(write('code,days,on,flag\n"A,1,,是\n')) == (0, "")


def test_another_header_is_refused_by_its_column(write) -> None:
    assert refused(write("code,days,on\n")) == (1, "flag")
    assert refused(write("code,days,on,flag,more\n")) == (1, "more")
    assert refused(write("code,days,on,flag,on\n")) == (1, "on")
    assert refused(write("")) == (1, "code")


def test_a_row_with_a_cell_too_many_or_too_few_is_refused_by_its_number(write) -> None:
    assert refused(write("code,days,on,flag\nA,1,,是\nB,1,\n")) == (3, "")
    assert refused(write("code,days,on,flag\nA,1,,是,\n")) == (2, "")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda row: row.text("empty"), "不能为空"),
        (lambda row: row.text("word", most=2), "最多 2 个字"),
        (lambda row: row.integer("word"), "应为整数"),
        (lambda row: row.integer("wide"), "应为整数"),
        (lambda row: row.integer("minus"), "之间"),
        (lambda row: row.day("word"), "应为日期"),
        (lambda row: row.flag("word"), "是、否"),
        (lambda row: row.choice("word", ("A", "B")), "A、B"),
        (lambda row: row.reference("word", {"A": 1}), "没有代码"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place_and_what_it_should_be(ask, said: str) -> None:
    row = Row("example.csv", 7, {"empty": "", "word": "三个字", "wide": "３", "minus": "-1"})
    with pytest.raises(SeedMalformed, match=said) as refusal:
        ask(row)
    assert refusal.value.extra["row"] == 7
    assert refusal.value.detail.startswith("example.csv 第7行「")


def test_the_second_of_two_equal_rows_is_refused_and_names_the_first(write) -> None:
    rows = read_csv(write("code,days,on,flag\nA,1,,是\nA,2,,是\nA,1,,否\n"), COLUMNS)
    with pytest.raises(SeedMalformed, match="与第2行重复") as refusal:
        unique(rows, "code", "days")
    assert refusal.value.extra["row"] == 4
