"""Which words does a push speak? The closed lists of supervision, in Chinese. Values are never renamed or reused."""

from django.db.models import TextChoices


class PushState(TextChoices):
    """Where a push stands with its unit; 赣市府办发〔2022〕7号 四（六）."""

    TO_CLAIM = "TO_CLAIM", "待认领"
    CLAIMED = "CLAIMED", "已认领"
    FED_BACK = "FED_BACK", "已反馈"
    FOR_INFORMATION = "FOR_INFORMATION", "知悉"
    OBJECTED = "OBJECTED", "异议中"
    REPLACED = "REPLACED", "已改派或重推"
    CANCELLED = "CANCELLED", "已撤销"
    CLOSED = "CLOSED", "已闭环"


ENDED = (PushState.REPLACED, PushState.CANCELLED)  # another push, or none, stands in their place


class Subject(TextChoices):
    """What of a case is pushed: the decision first, then what follows it on the same thread."""

    DECISION = "DECISION", "决定"
    PAPERS = "PAPERS", "用印文书与证照"


class PushAction(TextChoices):
    """What a record of a push thread tells."""

    PUSHED = "PUSHED", "推送"
    NO_UNIT = "NO_UNIT", "列入无主清单"
    ASSIGNED = "ASSIGNED", "指定监管单位"
    CONFIRMED = "CONFIRMED", "确认送达"
    CLAIMED = "CLAIMED", "认领"
    FED_BACK = "FED_BACK", "反馈"
    OBJECTED = "OBJECTED", "提出异议"
    ANSWERED = "ANSWERED", "答复异议"
    REMINDED = "REMINDED", "催办"
    REPLAYED = "REPLAYED", "重新投递"
    CLOSED = "CLOSED", "闭环"
    ADOPTED = "ADOPTED", "审批单位采纳建议"
    DECLINED = "DECLINED", "审批单位不采纳建议"
    NOTED = "NOTED", "审批单位阅处线索"
    BAR_LIFTED = "BAR_LIFTED", "解除收件限制"
    RECOUNTED = "RECOUNTED", "期限随放假安排调整"


class Ground(TextChoices):
    """Why a unit does not take a push on."""

    NOT_OURS = "NOT_OURS", "非本单位职责"
    INCOMPLETE = "INCOMPLETE", "信息不全"
    DUPLICATE = "DUPLICATE", "重复推送"
    WRONG_PLACE = "WRONG_PLACE", "属地不符"
    AGAINST_PERMIT = "AGAINST_PERMIT", "对许可有异议"


class Answer(TextChoices):
    """What the coordinator answers to an objection."""

    REROUTE = "REROUTE", "改派"
    SUPPLEMENT = "SUPPLEMENT", "补充后重推"
    CANCEL = "CANCEL", "撤销重复的推送"
    REFER = "REFER", "转决定机关研究，监管照常认领"
    REJECT = "REJECT", "驳回异议，须认领"


ANSWERS: dict[Ground, tuple[Answer, ...]] = {
    Ground.NOT_OURS: (Answer.REROUTE, Answer.REJECT),
    Ground.INCOMPLETE: (Answer.SUPPLEMENT, Answer.REJECT),
    Ground.DUPLICATE: (Answer.CANCEL, Answer.REJECT),
    Ground.WRONG_PLACE: (Answer.REROUTE, Answer.REJECT),
    Ground.AGAINST_PERMIT: (Answer.REFER, Answer.REJECT),
}


class Part(TextChoices):
    """A part of what a push tells, which a receiver may or may not be given."""

    APPLICANTS = "APPLICANTS", "申请人"
    DECISION = "DECISION", "决定内容"
    LICENCE = "LICENCE", "证照"
    PAPERS = "PAPERS", "申请材料原件"
    PROMISE = "PROMISE", "告知承诺"
    SITE = "SITE", "现场与地址"
    RISK = "RISK", "风险提示"


class Audience(TextChoices):
    """As what a unit receives a push."""

    CITY = "CITY", "市级牵头监管单位"
    COUNTY = "COUNTY", "县级牵头监管单位"
    CITY_COPY = "CITY_COPY", "市级抄送单位"
    COUNTY_COPY = "COUNTY_COPY", "县级抄送单位"


class Standing(TextChoices):
    """How a day's reconciliation with a unit stands."""

    SENT = "SENT", "已发，待对方答复"
    AGREED = "AGREED", "一致"
    DIFFERS = "DIFFERS", "不一致，正在补投"
    UNANSWERED = "UNANSWERED", "对方没有说明"


class FeedbackKind(TextChoices):
    INSPECTION = "INSPECTION", "检查结果"
    ORDER = "ORDER", "责令整改"
    PENALTY = "PENALTY", "行政处罚"
    COMMITMENT_CHECK = "COMMITMENT_CHECK", "告知承诺核查"
    RECHECK = "RECHECK", "整改复查"
    CREDIT = "CREDIT", "信用评价"
    LEAD = "LEAD", "线索"
    PROPOSAL = "PROPOSAL", "撤销或者注销建议"


class InspectionWay(TextChoices):
    ON_SITE = "ON_SITE", "现场检查"
    REMOTE = "REMOTE", "非现场检查"
    PAPERS = "PAPERS", "书面检查"


class InspectionResult(TextChoices):
    NO_PROBLEM = "NO_PROBLEM", "未发现问题"
    PROBLEM = "PROBLEM", "发现问题"
    LOST = "LOST", "失去联系"
    NOT_OPERATING = "NOT_OPERATING", "未开展经营"


class PenaltyKind(TextChoices):
    """行政处罚法（2021年修订）第九条."""

    WARNING = "WARNING", "警告、通报批评"
    FINE = "FINE", "罚款、没收违法所得、没收非法财物"
    LICENCE = "LICENCE", "暂扣许可证件、降低资质等级、吊销许可证件"
    RESTRICTION = "RESTRICTION", "限制开展生产经营活动、责令停产停业、责令关闭、限制从业"
    DETENTION = "DETENTION", "行政拘留"
    OTHER = "OTHER", "法律、行政法规规定的其他行政处罚"


class RecheckResult(TextChoices):
    MENDED = "MENDED", "整改到位"
    NOT_MENDED = "NOT_MENDED", "没有整改到位"


class CreditColour(TextChoices):
    """How a supervising unit rates a party, from the best to the worst."""

    GREEN = "GREEN", "绿"
    YELLOW = "YELLOW", "黄"
    RED = "RED", "红"


class BarScope(TextChoices):
    """From which new applications a party under enforcement is barred."""

    ITEM = "ITEM", "只限本事项"
    ALL = "ALL", "全部事项"


class LeadKind(TextChoices):
    PERMIT = "PERMIT", "许可条件可能不再具备"
    BEYOND = "BEYOND", "超出许可范围从事活动"
    UNLICENSED = "UNLICENSED", "未经许可从事活动"
    COMPLAINT = "COMPLAINT", "投诉举报"
    OTHER = "OTHER", "其他"


class Task(TextChoices):
    """What a feedback leaves its unit to do next."""

    RECHECK = "RECHECK", "复查整改"
    RESPOND = "RESPOND", "处理发现的问题"


class ProposalState(TextChoices):
    """How the approving organ stands to what a unit proposed or told it."""

    WAITING = "WAITING", "待答复"
    ADOPTED = "ADOPTED", "已采纳"
    REFUSED = "REFUSED", "不采纳"
    NOTED = "NOTED", "已阅处"


class PolicyLevel(TextChoices):
    """Who issued a policy document; 赣市府办发〔2022〕7号 四（六）: 国家、省、市."""

    NATIONAL = "NATIONAL", "国家"
    PROVINCE = "PROVINCE", "省"
    CITY = "CITY", "市"


class PolicyAct(TextChoices):
    """What a record of a policy notice tells."""

    NOTIFIED = "NOTIFIED", "告知"
    READ = "READ", "签收"
    CHANGED = "CHANGED", "已修改事项"
    UNCHANGED = "UNCHANGED", "研究后不用修改"
    RECOUNTED = "RECOUNTED", "期限随放假安排调整"


class TaskState(TextChoices):
    """Where the change of an item stands that a policy document asks for."""

    OPEN = "OPEN", "待处理"
    CHANGED = "CHANGED", "已修改"
    UNCHANGED = "UNCHANGED", "不用修改"
