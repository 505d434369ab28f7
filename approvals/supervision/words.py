"""Which words does a push speak? The closed lists of supervision, in Chinese. Values are never renamed or reused."""

from django.db.models import TextChoices


class PushState(TextChoices):
    """Where a push stands with its unit; 赣市府办发〔2022〕7号 四（六）."""

    TO_CLAIM = "TO_CLAIM", "待认领"
    CLAIMED = "CLAIMED", "已认领"
    FED_BACK = "FED_BACK", "已反馈"
    FOR_INFORMATION = "FOR_INFORMATION", "知悉"


class PushAction(TextChoices):
    """What a record of a push thread tells."""

    PUSHED = "PUSHED", "推送"
    NO_UNIT = "NO_UNIT", "列入无主清单"
    ASSIGNED = "ASSIGNED", "指定监管单位"
    CONFIRMED = "CONFIRMED", "确认送达"
    CLAIMED = "CLAIMED", "认领"
    FED_BACK = "FED_BACK", "反馈"


class FeedbackKind(TextChoices):
    INSPECTION = "INSPECTION", "检查结果"
    ORDER = "ORDER", "责令整改"
    PENALTY = "PENALTY", "行政处罚"
    COMMITMENT_CHECK = "COMMITMENT_CHECK", "告知承诺核查"


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
