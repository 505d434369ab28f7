"""Which words do inspection plans, consultations and joint visits speak? Closed lists. Values are never renamed or reused."""

from django.db.models import TextChoices


class Ground(TextChoices):
    """Why a licence or case is drawn at a share: 双随机 by the general one, 重点监管 and 信用监管 by their own."""

    KEY = "KEY", "重点事项"
    RED = "RED", "信用红色"
    YELLOW = "YELLOW", "信用黄色"
    GREEN = "GREEN", "信用绿色"
    GENERAL = "GENERAL", "一般对象"


class Target(TextChoices):
    """What a plan draws from."""

    CASES = "CASES", "已认领的办件"
    LICENCES = "LICENCES", "有效的证照"


class PlanState(TextChoices):
    DRAFT = "DRAFT", "草稿"
    PUBLISHED = "PUBLISHED", "待抽取"
    DRAWN = "DRAWN", "已抽取"
    CANCELLED = "CANCELLED", "已取消"


class InspectionState(TextChoices):
    TO_STAFF = "TO_STAFF", "待补检查人员"
    TO_DO = "TO_DO", "待检查"
    DONE = "DONE", "已检查"


class GatheringKind(TextChoices):
    CONSULTATION = "CONSULTATION", "会商"
    JOINT_VISIT = "JOINT_VISIT", "联合踏勘"


class GatheringState(TextChoices):
    CALLED = "CALLED", "待召开"
    HELD = "HELD", "已有结论"
    CALLED_OFF = "CALLED_OFF", "已取消"


class Reply(TextChoices):
    """What an invited unit answered."""

    AWAITED = "AWAITED", "待答复"
    COMING = "COMING", "参加"
    NOT_COMING = "NOT_COMING", "不参加"


class JointAction(TextChoices):
    """What a record of this room tells."""

    PLANNED = "PLANNED", "公布检查计划"
    PLAN_CANCELLED = "PLAN_CANCELLED", "取消检查计划"
    DRAWN = "DRAWN", "双随机抽取"
    STAFFED = "STAFFED", "补抽检查人员"
    REPLACED = "REPLACED", "更换检查人员"
    INSPECTED = "INSPECTED", "登记检查结果"
    RECUSED = "RECUSED", "登记回避"
    CALLED = "CALLED", "召集"
    ANSWERED = "ANSWERED", "答复邀请"
    ATTACHED = "ATTACHED", "上传附件"
    CONCLUDED = "CONCLUDED", "登记纪要和结论"
    CALLED_OFF = "CALLED_OFF", "取消"
    ENTERED = "ENTERED", "踏勘结果记入办件"
    RECOUNTED = "RECOUNTED", "答复期限随放假安排调整"
