"""What do the runs of the workflow look like on paper? docs/workflows.md, written from the table and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from approvals.cases.words import Action, Option, Phase, Role, State
from approvals.cases.workflow import PHASE_OF, Paused, Place, Row, Run, Target, Who, rows_from

ACCEPT_REVIEW, REVIEW_DECIDE = (Phase.ACCEPT, Phase.REVIEW), (Phase.REVIEW, Phase.DECIDE)
ACCEPT_DECIDE = (Phase.ACCEPT, Phase.DECIDE)
EVERY_OPTION = frozenset(Option)

RUNS: tuple[tuple[str, str, dict[Phase, str], Run], ...] = (
    (
        "直接下放",
        "受理、审查、决定都在县级。",
        {Phase.ACCEPT: "县级", Phase.REVIEW: "县级", Phase.DECIDE: "县级", Phase.SEAL: "县级"},
        Run(frozenset(), filing=False, options=EVERY_OPTION),
    ),
    (
        "下放实质性审核权",
        "县级受理并审查，签发转报件；市级复核要点、决定、用印。县级不能自行不予。",
        {Phase.ACCEPT: "县级", Phase.REVIEW: "县级", Phase.DECIDE: "市级", Phase.SEAL: "市级"},
        Run(frozenset({REVIEW_DECIDE, ACCEPT_DECIDE}), filing=False, options=EVERY_OPTION),
    ),
    (
        "服务窗口前移",
        "县级窗口以市级单位名义受理，只作形式审查；市级审查、决定、用印。",
        {Phase.ACCEPT: "县级窗口", Phase.REVIEW: "市级", Phase.DECIDE: "市级", Phase.SEAL: "市级"},
        Run(frozenset({ACCEPT_REVIEW, ACCEPT_DECIDE}), filing=False, options=EVERY_OPTION),
    ),
    (
        "服务窗口前移的备案",
        "县级窗口收件，市级一步备案；不设许可，没有“不予许可”。",
        {Phase.ACCEPT: "县级窗口", Phase.REVIEW: "市级", Phase.DECIDE: "市级", Phase.SEAL: "市级"},
        Run(frozenset({ACCEPT_REVIEW, ACCEPT_DECIDE}), filing=True, options=EVERY_OPTION),
    ),
    (
        "依职权处理证照",
        "颁发机关（撤销也可由其上级机关）对证照暂停、解除、撤回、撤销、注销，或者登记吊销；先告知、听取陈述申辩，再决定。",
        {Phase.ACCEPT: "颁发机关", Phase.REVIEW: "颁发机关", Phase.DECIDE: "颁发机关", Phase.SEAL: "颁发机关"},
        Run(frozenset(), filing=False, options=frozenset(), ex_officio=True),
    ),
)

PLACES = {
    Place.IN_NAME: "名义单位",
    Place.COORDINATOR: "本地区或市",
    Place.APPLICANT: "申请人",
    Place.SYSTEM: "系统",
}
STANDING_STILL = {Paused.NEVER: "", Paused.ONLY: "停表时", Paused.ALWAYS: "停表时也可"}


def page() -> str:
    """The whole of docs/workflows.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 办件流程"
    yield ""
    yield "本页由 `manage.py workflow_docs` 从 `approvals/cases/workflow.py` 的流程表生成，不要手改。"
    yield "停表是时钟的标志，不是环节；谁签收也不是环节。“▸”是待办，其余是随时可办的旁支；“两人”指一人提出、另一人确认。"
    yield "“何时”空着的，时钟走着才可办；“要有”在提交时逐项核对，缺的会说明，与本件无关的不查；“不可办”有一条成立就没有这个动作。"
    for title, words, levels, run in RUNS:
        yield ""
        yield f"## {title}"
        yield ""
        yield words
        yield ""
        yield from _diagram(run, levels)
        yield ""
        yield from _table(run, levels)


def _states(run: Run) -> list[State]:
    """The states a case of this run can reach, in the order of the enumeration."""
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        state = todo.pop()
        for row in _rows(run, state):
            for target in _targets(run, row, state) - reached:
                reached.add(target)
                todo.append(target)
    return [state for state in State if state in reached]


def _rows(run: Run, state: State) -> list[Row]:
    either = [*rows_from(run, state, paused=False), *rows_from(run, state, paused=True)]
    return list(dict.fromkeys(either))


def _targets(run: Run, row: Row, state: State) -> set[State]:
    if row.target == Target.SAME:
        return {state}
    if row.target == Target.BACK:
        return {row.else_to} if row.else_to else {state}
    return {State(row.target)}


def _diagram(run: Run, levels: dict[Phase, str]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    states = _states(run)
    for state in states:
        yield f"    {state.value}: {state.label}<br/>{levels[PHASE_OF[state]]}"
    yield "    [*] --> DRAFT"
    for state in states:
        for row in _rows(run, state):
            for target in sorted(_targets(run, row, state)):
                if target != state:
                    yield f"    {state.value} --> {target.value}: {Action(row.action).label}"
    yield "```"


def _table(run: Run, levels: dict[Phase, str]) -> Iterator[str]:
    yield "| 环节 | 动作 | 何时 | 由谁 | 到 | 两人 | 要有 | 不可办 | 时钟 | 文书 | 推送 |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for state in _states(run):
        for row in _rows(run, state):
            to = "、".join(sorted(target.label for target in _targets(run, row, state)))
            if row.target == Target.BACK:
                to = f"退回人，否则{to}"
            cells = (
                state.label,
                f"{'▸ ' if row.duty else ''}{Action(row.action).label}",
                _when(row),
                "、".join(_who(who, state, levels) for who in row.by),
                "不变" if row.target == Target.SAME else to,
                _who(row.consent, state, levels) + ("（第二次起）" if row.consent_from_second else "")
                if row.consent
                else "",
                "、".join(need.label for need in row.needs),
                "；".join(bar.label for bar in row.bars),
                row.clock.label if row.clock else "",
                row.letter.label if row.letter else "",
                row.push.label if row.push else "",
            )
            yield f"| {' | '.join(cells)} |"


def _when(row: Row) -> str:
    """What the guide must allow, and whether the clock may stand still."""
    allowed = f"指南允许{row.option.label}" if row.option else ""
    return "，".join(words for words in (allowed, STANDING_STILL[row.paused]) if words)


def _who(who: Who, state: State, levels: dict[Phase, str]) -> str:
    roles = "或".join(Role(role).label for role in who.roles)
    if who.place == Place.HOLDER:
        return f"{levels[PHASE_OF[state]]}{roles}"
    if isinstance(who.place, Phase):
        return f"{levels[who.place]}{roles}"
    return f"{PLACES[who.place]}{roles}"
