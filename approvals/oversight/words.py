"""Which words does oversight speak? Its closed lists, in Chinese. Values are never renamed or reused."""

from django.db.models import TextChoices

from approvals.cases.words import Result

# what is decided for or against somebody, of one's own motion too (撤销、撤回、注销): filed with the city, sampled, pushed
DECIDED = (Result.GRANTED, Result.DENIED, Result.RECORDED, Result.NOT_RECORDED, Result.ORDERED)


class FilingState(TextChoices):
    """报备: what the county decided by itself is told to the city; 赣市府办发〔2022〕7号 四."""

    FILED = "FILED", "待阅"
    ACKNOWLEDGED = "ACKNOWLEDGED", "已阅"
    QUESTIONED = "QUESTIONED", "发现问题"


class Population(TextChoices):
    """抽查: which acts of a county a draw is taken from."""

    DECISION = "DECISION", "县级决定"
    REVIEW = "REVIEW", "县级审核"
    ACCEPTANCE = "ACCEPTANCE", "窗口受理"
    ENDING = "ENDING", "县级不予受理、终止"


class SampleState(TextChoices):
    TO_CHECK = "TO_CHECK", "待检查"
    PASSED = "PASSED", "未发现问题"
    FAILED = "FAILED", "发现问题"


class FindingSource(TextChoices):
    FILING = "FILING", "报备"
    SAMPLE = "SAMPLE", "抽查"
    OTHER = "OTHER", "其他线索"


class FindingKind(TextChoices):
    BEYOND_POWER = "BEYOND_POWER", "超越权限"
    CONDITIONS = "CONDITIONS", "不符合法定条件而准予"
    WRONGLY_DENIED = "WRONGLY_DENIED", "符合法定条件而不予"
    PROCEDURE = "PROCEDURE", "违反法定程序"
    TIME = "TIME", "超过期限"
    PAPERS = "PAPERS", "材料不全或不实"
    LETTERS = "LETTERS", "文书错误"
    OTHER = "OTHER", "其他"


class FindingState(TextChoices):
    ORDERED = "ORDERED", "待整改"
    ANSWERED = "ANSWERED", "已答复待核"
    CLOSED = "CLOSED", "已销号"


class ResponsibilityState(TextChoices):
    OPEN = "OPEN", "调查中"
    DECIDED = "DECIDED", "已处理"


class Consequence(TextChoices):
    """责任追究 ends in one of these; 行政许可法第七十二条至第七十七条."""

    NONE = "NONE", "不予追究"
    EDUCATION = "EDUCATION", "批评教育"
    WARNING = "WARNING", "诫勉"
    CRITICISM = "CRITICISM", "通报批评"
    REASSIGNED = "REASSIGNED", "调离岗位"
    HANDED_ON = "HANDED_ON", "移送任免机关或监察机关"


class Colour(TextChoices):
    YELLOW = "YELLOW", "黄牌"
    RED = "RED", "红牌"


class Trigger(TextChoices):
    """What a card is shown for."""

    STAGE_OVERRUN = "STAGE_OVERRUN", "环节超期"
    UNCLAIMED_PUSH = "UNCLAIMED_PUSH", "推送超期未认领"
    DEEMED_ACCEPTANCE = "DEEMED_ACCEPTANCE", "逾期未答复视为受理"


class Direction(TextChoices):
    TAKE = "TAKE", "收回"
    GIVE = "GIVE", "交还"


class TakeBackState(TextChoices):
    PROPOSED = "PROPOSED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    DECLINED = "DECLINED", "不同意"
    RETRACTED = "RETRACTED", "提出单位撤回"


class OpenCases(TextChoices):
    """What becomes of the cases that are under way when the power moves."""

    FINISH = "FINISH", "由原单位办完"
    TRANSFER = "TRANSFER", "移转"


class OversightAction(TextChoices):
    """What a record of oversight tells."""

    FILED = "FILED", "报备"
    ACKNOWLEDGED = "ACKNOWLEDGED", "阅知"
    DRAWN = "DRAWN", "抽取"
    CHECKED = "CHECKED", "抽查未发现问题"
    FOUND = "FOUND", "发现问题并责令整改"
    ANSWERED = "ANSWERED", "答复整改"
    SENT_BACK = "SENT_BACK", "整改不到位退回"
    CLOSED = "CLOSED", "销号"
    ATTACHED = "ATTACHED", "上传附件"
    HELD = "HELD", "启动责任追究"
    HELD_TO = "HELD_TO", "责任追究处理"
    CARD = "CARD", "亮牌"
    RECOUNTED = "RECOUNTED", "期限随放假安排调整"
    CARD_WITHDRAWN = "CARD_WITHDRAWN", "撤牌"
    PROPOSED = "PROPOSED", "提出收回或交还"
    CONFIRMED = "CONFIRMED", "确认"
    DECLINED = "DECLINED", "不同意"
    RETRACTED = "RETRACTED", "撤回提出"
