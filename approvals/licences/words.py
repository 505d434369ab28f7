"""Which words does a licence speak? Where it can stand, what can happen to it, what a case may ask for. Never reused.

行政许可法 第八条 (撤回), 第四十九条 (变更), 第五十条 (延续), 第六十九条 (撤销), 第七十条 (注销); 行政处罚法 第九条 (暂扣、吊销).
"""

from django.db.models import TextChoices

from approvals.catalogue.models import LicenceEffect

__all__ = ["BASIS", "GROUNDS", "Ground", "LicenceEffect", "LicenceRecord", "OfficialAct", "Status"]


class Status(TextChoices):
    """Where a licence stands in the register; that its time has run out is read off the day, never stored."""

    VALID = "VALID", "有效"
    SUSPENDED = "SUSPENDED", "暂停"
    EXPIRED = "EXPIRED", "过期"
    CANCELLED = "CANCELLED", "注销"
    WITHDRAWN = "WITHDRAWN", "撤回"
    ANNULLED = "ANNULLED", "撤销"
    REVOKED = "REVOKED", "吊销"


class OfficialAct(TextChoices):
    """What an organ does to a licence of its own motion (依职权)."""

    SUSPEND = "SUSPEND", "暂停证照"
    LIFT = "LIFT", "解除暂停"
    WITHDRAW = "WITHDRAW", "撤回许可"
    ANNUL = "ANNUL", "撤销许可"
    STRIKE = "STRIKE", "依职权注销"
    REVOKE = "REVOKE", "登记吊销"


class LicenceRecord(TextChoices):
    """What a record of a licence tells."""

    GRANTED = "GRANTED", "颁发"
    TAKEN_UP = "TAKEN_UP", "补录原证照"
    AMENDED = "AMENDED", "变更"
    RENEWED = "RENEWED", "延续"
    DEEMED_RENEWED = "DEEMED_RENEWED", "视为延续"
    REPLACED = "REPLACED", "补发换发"
    CANCELLED = "CANCELLED", "注销"
    SUSPENDED = "SUSPENDED", "暂停"
    LIFTED = "LIFTED", "解除暂停"
    WITHDRAWN = "WITHDRAWN", "撤回"
    ANNULLED = "ANNULLED", "撤销"
    REVOKED = "REVOKED", "登记吊销"


class Ground(TextChoices):
    """On what ground an organ acts on a licence; `GROUNDS` says which act each belongs to, `BASIS` from which article."""

    PENALTY_SUSPENSION = "PENALTY_SUSPENSION", "行政处罚决定暂扣许可证件"
    HAZARD = "HAZARD", "存在重大安全隐患，法律、法规规定应当暂停"
    RECTIFIED = "RECTIFIED", "整改合格"
    TERM_ENDED = "TERM_ENDED", "暂停期限届满"
    LAW_CHANGED = "LAW_CHANGED", "所依据的法律、法规、规章修改或者废止"
    FACTS_CHANGED = "FACTS_CHANGED", "所依据的客观情况发生重大变化"
    ABUSE = "ABUSE", "工作人员滥用职权、玩忽职守作出决定"
    BEYOND_POWERS = "BEYOND_POWERS", "超越法定职权作出决定"
    WRONG_PROCEDURE = "WRONG_PROCEDURE", "违反法定程序作出决定"
    UNQUALIFIED = "UNQUALIFIED", "申请人不具备资格或者不符合法定条件"
    FRAUD = "FRAUD", "以欺骗、贿赂等不正当手段取得"
    EXPIRED_UNRENEWED = "EXPIRED_UNRENEWED", "有效期届满未延续"
    HOLDER_DIED = "HOLDER_DIED", "公民死亡或者丧失行为能力"
    HOLDER_ENDED = "HOLDER_ENDED", "法人或者其他组织依法终止"
    TAKEN_AWAY = "TAKEN_AWAY", "依法被撤销、撤回或者吊销"
    FORCE_MAJEURE = "FORCE_MAJEURE", "因不可抗力无法实施"
    PENALTY_REVOCATION = "PENALTY_REVOCATION", "行政处罚决定吊销许可证件"
    OTHER_LAW = "OTHER_LAW", "法律、法规规定的其他情形"


G = Ground
GROUNDS: dict[OfficialAct, tuple[Ground, ...]] = {
    OfficialAct.SUSPEND: (G.PENALTY_SUSPENSION, G.HAZARD, G.OTHER_LAW),
    OfficialAct.LIFT: (G.RECTIFIED, G.TERM_ENDED, G.OTHER_LAW),
    OfficialAct.WITHDRAW: (G.LAW_CHANGED, G.FACTS_CHANGED),
    OfficialAct.ANNUL: (G.ABUSE, G.BEYOND_POWERS, G.WRONG_PROCEDURE, G.UNQUALIFIED, G.FRAUD, G.OTHER_LAW),
    OfficialAct.STRIKE: (
        G.EXPIRED_UNRENEWED,
        G.HOLDER_DIED,
        G.HOLDER_ENDED,
        G.TAKEN_AWAY,
        G.FORCE_MAJEURE,
        G.OTHER_LAW,
    ),
    OfficialAct.REVOKE: (G.PENALTY_REVOCATION,),
}

BASIS: dict[OfficialAct, str] = {
    OfficialAct.SUSPEND: "《中华人民共和国行政处罚法》第九条第二项，或者规定暂停的法律、法规",
    OfficialAct.LIFT: "作出暂停决定所依据的规定",
    OfficialAct.WITHDRAW: "《中华人民共和国行政许可法》第八条第二款",
    OfficialAct.ANNUL: "《中华人民共和国行政许可法》第六十九条",
    OfficialAct.STRIKE: "《中华人民共和国行政许可法》第七十条",
    OfficialAct.REVOKE: "《中华人民共和国行政处罚法》第九条第二项",
}
