"""Which words does a case speak? The closed lists of the workflow, with their Chinese. Values are never renamed or reused.

`Phase` and `Role` are the catalogue's and the organisations' own; they are repeated here by import only.
"""

from django.db.models import TextChoices

from approvals.catalogue.jurisdiction import Phase
from approvals.organisations.models import Role

__all__ = [
    "Action",
    "Bar",
    "BarAct",
    "Clock",
    "Effect",
    "Letter",
    "Need",
    "Option",
    "PassState",
    "Phase",
    "Purpose",
    "Result",
    "Role",
    "State",
    "Step",
]


class State(TextChoices):
    DRAFT = "DRAFT", "草稿"
    RECEIVED = "RECEIVED", "已收件"
    CORRECTION = "CORRECTION", "待补正"
    MENDING = "MENDING", "退回窗口"
    REVIEW = "REVIEW", "审查"
    CHECK = "CHECK", "审核转报"
    KEY_POINTS = "KEY_POINTS", "复核"
    DECISION = "DECISION", "待决定"
    DECIDED = "DECIDED", "已决定待用印"
    SEALED = "SEALED", "待送达"
    DELIVERED = "DELIVERED", "已办结"
    ARCHIVED = "ARCHIVED", "已归档"
    REFUSED = "REFUSED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    TERMINATED = "TERMINATED", "已终止"
    VOIDED = "VOIDED", "已作废"


class Action(TextChoices):
    DRAFT = "DRAFT", "登记"
    RECEIVE = "RECEIVE", "收件"
    REQUEST_CORRECTION = "REQUEST_CORRECTION", "一次性告知补正"
    RESUBMIT = "RESUBMIT", "补正收件"
    ACCEPT = "ACCEPT", "受理"
    DEEM_ACCEPTED = "DEEM_ACCEPTED", "视为受理"
    REFUSE = "REFUSE", "不予受理"
    RETURN_TO_WINDOW = "RETURN_TO_WINDOW", "退回窗口"
    RESUME = "RESUME", "重新推送"
    RECOMMEND = "RECOMMEND", "提出审查意见"
    SEND_BACK = "SEND_BACK", "退回重审"
    FORWARD = "FORWARD", "审核转报"
    CONFIRM_POINTS = "CONFIRM_POINTS", "复核"
    RETURN = "RETURN", "退回县级"
    APPROVE = "APPROVE", "准予"
    DENY = "DENY", "不予"
    GRANT_ON_COMMITMENT = "GRANT_ON_COMMITMENT", "告知承诺准予"
    DECIDE_ON_THE_SPOT = "DECIDE_ON_THE_SPOT", "当场办结"
    RECORD = "RECORD", "备案"
    DECLINE_RECORD = "DECLINE_RECORD", "不予备案"
    SEAL = "SEAL", "用印"
    DISPATCH = "DISPATCH", "寄出或电子送达"
    ACKNOWLEDGE = "ACKNOWLEDGE", "电子签收"
    DELIVER = "DELIVER", "送达"
    ARCHIVE = "ARCHIVE", "归档"
    PAUSE = "PAUSE", "特别程序"
    UNPAUSE = "UNPAUSE", "恢复计时"
    EXTEND = "EXTEND", "延期"
    WITHDRAW = "WITHDRAW", "撤回申请"
    TERMINATE = "TERMINATE", "终止"
    VOID = "VOID", "作废"
    AMEND = "AMEND", "更正登记"
    SUPPLY = "SUPPLY", "补齐材料"
    RECORD_FEE = "RECORD_FEE", "登记缴费"
    TAKE = "TAKE", "签收"
    ASSIGN = "ASSIGN", "指派"
    TAKE_OVER = "TAKE_OVER", "自动接收"
    TRANSFER = "TRANSFER", "移转"
    INITIATE = "INITIATE", "依职权立案"
    GIVE_NOTICE = "GIVE_NOTICE", "事先告知"
    HEAR = "HEAR", "记录陈述申辩"
    INFORM_OTHERS = "INFORM_OTHERS", "告知利害关系人"
    PROPOSE_ORDER = "PROPOSE_ORDER", "提出处理意见"
    ORDER = "ORDER", "作出处理决定"
    DROP = "DROP", "不予处理"
    DEEM_RENEWED = "DEEM_RENEWED", "视为准予延续"
    RECALENDAR = "RECALENDAR", "按放假安排调整到期日"
    RECORD_VISIT = "RECORD_VISIT", "登记现场踏勘"


class Step(TextChoices):
    """How an act was taken: at once, or as one half of an act of two persons."""

    ACT = "ACT", "办理"
    PROPOSE = "PROPOSE", "提出"
    CONFIRM = "CONFIRM", "确认"
    DECLINE = "DECLINE", "不同意"
    RETRACT = "RETRACT", "收回提出"


class Bar(TextChoices):
    """Facts on the case row that hide an act; each has a predicate (`bars`) and a twin as a query (`queries`)."""

    OWN_REVIEW = "OWN_REVIEW", "审查人不能签发自己审查的办件"
    OWN_EARLIER_WORK = "OWN_EARLIER_WORK", "县级经手人不能复核自己经手的办件"
    OWN_WORK = "OWN_WORK", "审查过本件的人不能决定本件"
    RETURNED_TOO_OFTEN = "RETURNED_TOO_OFTEN", "退回次数已满，应当作出决定"
    TOLERANCE_OPEN = "TOLERANCE_OPEN", "容缺材料尚未补齐"
    NO_TOLERANCE = "NO_TOLERANCE", "本件没有待补齐的材料"
    NO_COMMITMENT = "NO_COMMITMENT", "申请人没有作出告知承诺"
    EXTENDED = "EXTENDED", "已经延期一次"
    NO_LIMIT = "NO_LIMIT", "本件没有法定时限"
    LIMIT_PASSED = "LIMIT_PASSED", "法定时限已过，不能再延期"
    CORRECTED_TOO_OFTEN = "CORRECTED_TOO_OFTEN", "补正告知次数已满"
    NOTICE_SERVED = "NOTICE_SERVED", "已送达补正告知，不能作废"
    IN_HAND = "IN_HAND", "已在你手上"
    NO_FEE = "NO_FEE", "本件不收费"


class Need(TextChoices):
    """What an act must bring, checked on submit and shown before as a blocker."""

    DEFECTS = "DEFECTS", "需补正内容"
    ANSWERS = "ANSWERS", "逐项补正情况"
    MATERIALS = "MATERIALS", "申请材料"
    FORM = "FORM", "申请表"
    REASONS = "REASONS", "理由"
    RIGHT_ORGAN = "RIGHT_ORGAN", "应向哪个机关申请"
    REMEDIES = "REMEDIES", "救济途径"
    REPLY = "REPLY", "逐项答复"
    OPINION = "OPINION", "意见"
    POINTS = "POINTS", "审查要点"
    KEY_POINTS = "KEY_POINTS", "复核要点"
    SITE = "SITE", "现场核查记录"
    VISIT = "VISIT", "现场踏勘情况"
    PROPOSAL = "PROPOSAL", "建议准予或不予"
    COMPLETE = "COMPLETE", "材料和申请表已齐"
    RESULT_DATA = "RESULT_DATA", "结果内容"
    OVERRULING = "OVERRULING", "与下级意见不同的理由"
    LATENESS = "LATENESS", "超期原因"
    SEAL = "SEAL", "有效印章"
    DISPATCH = "DISPATCH", "收件人、地址与运单"
    OFFERED = "OFFERED", "已电子送达"
    DELIVERY = "DELIVERY", "送达方式与回证"
    FEE = "FEE", "费用已缴或已免"
    ALL_DONE = "ALL_DONE", "案卷齐全"
    PROCEDURE = "PROCEDURE", "特别程序种类与所需时间"
    OUTCOME = "OUTCOME", "特别程序结果"
    EXTENSION = "EXTENSION", "延期理由与天数"
    CONFIRMATION = "CONFIRMATION", "申请人确认"
    GROUND = "GROUND", "终止事由"
    SUPPLIED = "SUPPLIED", "补齐的材料"
    FEE_FACTS = "FEE_FACTS", "缴费信息"
    COLLEAGUE = "COLLEAGUE", "被指派人"
    NEW_HOLDERS = "NEW_HOLDERS", "移转后的承办单位"
    LICENCE = "LICENCE", "证照状态"
    NOTICE = "NOTICE", "告知内容与期限"
    STATEMENT = "STATEMENT", "陈述申辩情况"
    INTERESTED = "INTERESTED", "利害关系人与告知内容"
    HEARD = "HEARD", "已事先告知并听取意见"
    OTHERS_HEARD = "OTHERS_HEARD", "已听取利害关系人意见"


class Clock(TextChoices):
    RECEIVE = "RECEIVE", "受理期限开始"
    WAIT = "WAIT", "受理期限停止，补正期限开始"
    RESUBMIT = "RESUBMIT", "复查期限开始"
    ACCEPT = "ACCEPT", "办理期限开始"
    DEEM = "DEEM", "自收件之日视为受理，办理期限开始"
    STAGE = "STAGE", "继续计时，转入下一环节"
    DECIDE = "DECIDE", "办理期限停止，送达期限开始"
    ACCEPT_AND_DECIDE = "ACCEPT_AND_DECIDE", "当日受理并决定，送达期限开始"
    PAUSE = "PAUSE", "停表"
    UNPAUSE = "UNPAUSE", "恢复计时"
    EXTEND = "EXTEND", "期限延长"
    END = "END", "计时结束"


class Letter(TextChoices):
    RECEIPT = "RECEIPT", "收件凭证"
    CORRECTION_NOTICE = "CORRECTION_NOTICE", "一次性补正告知书"
    CORRECTION_RECEIPT = "CORRECTION_RECEIPT", "补正材料接收凭证"
    ACCEPTANCE_NOTICE = "ACCEPTANCE_NOTICE", "受理通知书"
    REFUSAL = "REFUSAL", "不予受理决定书"
    RETURN_SLIP = "RETURN_SLIP", "退回单"
    OPINION = "OPINION", "审查意见表"
    FORWARDING = "FORWARDING", "审核转报件"
    GRANT = "GRANT", "准予决定书"
    DENIAL = "DENIAL", "不予决定书"
    FILING = "FILING", "备案凭证"
    FILING_DECLINED = "FILING_DECLINED", "不予备案告知书"
    SERVICE_RECORD = "SERVICE_RECORD", "送达回证"
    PAUSE_NOTICE = "PAUSE_NOTICE", "特别程序告知书"
    EXTENSION_NOTICE = "EXTENSION_NOTICE", "延期告知书"
    WITHDRAWAL = "WITHDRAWAL", "撤回确认书"
    TERMINATION = "TERMINATION", "终止告知书"
    PRIOR_NOTICE = "PRIOR_NOTICE", "处理事先告知书"
    HEARING_NOTICE = "HEARING_NOTICE", "陈述申辩权利告知书"
    LICENCE_ORDER = "LICENCE_ORDER", "证照处理决定书"


class Result(TextChoices):
    GRANTED = "GRANTED", "准予"
    DENIED = "DENIED", "不予"
    RECORDED = "RECORDED", "已备案"
    NOT_RECORDED = "NOT_RECORDED", "不予备案"
    REFUSED = "REFUSED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "撤回"
    TERMINATED = "TERMINATED", "终止"
    VOIDED = "VOIDED", "作废"
    ORDERED = "ORDERED", "已作处理决定"
    DROPPED = "DROPPED", "不予处理"


class Purpose(TextChoices):
    CLAIM = "CLAIM", "推送认领"
    INFORM = "INFORM", "推送知悉"


class Option(TextChoices):
    """What an item's guide must allow before a row exists."""

    ON_THE_SPOT = "ON_THE_SPOT", "当场办结"
    TOLERANCE = "TOLERANCE", "容缺受理"
    COMMITMENT = "COMMITMENT", "告知承诺"


class Effect(TextChoices):
    """What else an act writes, besides the case and its event."""

    MATERIALS = "MATERIALS", "材料登记"
    FORM = "FORM", "申请表更正"
    CORRECTION = "CORRECTION", "补正告知"
    ANSWERED = "ANSWERED", "补正完成"
    TOLERANCE = "TOLERANCE", "容缺与承诺"
    RETURNED = "RETURNED", "记一次退回"
    CAME_BACK = "CAME_BACK", "回到退回人"
    REVIEWED = "REVIEWED", "审查人"
    CHECKED = "CHECKED", "转报签发人"
    CONFIRMED = "CONFIRMED", "复核人"
    POINTS = "POINTS", "要点答复"
    DECISION = "DECISION", "决定"
    DISPATCH = "DISPATCH", "寄送"
    DELIVERY = "DELIVERY", "送达"
    PAUSE = "PAUSE", "停表记录"
    FEE = "FEE", "缴费"
    TAKEN = "TAKEN", "经手人"
    CONSENT = "CONSENT", "两人办理"
    TRANSFERRED = "TRANSFERRED", "改换承办单位"
    LICENCE = "LICENCE", "证照变动"
    NOTICE = "NOTICE", "事先告知"
    INFORMED = "INFORMED", "告知利害关系人"
    HEARD = "HEARD", "陈述申辩"
    VISIT = "VISIT", "现场核查记录"
    BAN = "BAN", "限制再次申请"


class BarAct(TextChoices):
    """What a record of a receipt bar tells."""

    IMPOSED = "IMPOSED", "限制收件"
    ASKED = "ASKED", "请求放行"
    ALLOWED = "ALLOWED", "同意放行一件"
    DECLINED = "DECLINED", "不同意放行"
    USED = "USED", "凭放行收件"
    LIFTED = "LIFTED", "解除限制"


class PassState(TextChoices):
    """Where a request to receive one application in spite of a bar stands."""

    ASKED = "ASKED", "待负责人答复"
    ALLOWED = "ALLOWED", "已同意"
    DECLINED = "DECLINED", "不同意"
    USED = "USED", "已收件"


UNDECIDED_ENDS = (Action.REFUSE, Action.TERMINATE)  # taken for the deciding level, they could hide a denial from it
