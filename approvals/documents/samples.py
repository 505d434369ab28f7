"""With which content is a template tried? One invented letter of each kind, complete by its contract."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from approvals.documents.kinds import KINDS
from approvals.documents.letters import checked, frozen

CASE = {
    "case_number": "GZ360731260302000179",
    "item_name": "第三类医疗器械经营许可",
    "to": "于都县康泽医疗器械有限公司",
    "power": "行政许可",
}
APPLIED = CASE | {"you": "你单位", "received_on": "2026-03-02"}
COUNTER = APPLIED | {
    "query_code": "7KQ2M9XA",
    "handler": "谢小兰，于都县综合窗口",
    "phone": "0797-6233333",
    "complaint_phone": "12345",
}
REMEDIES = {
    "reconsideration": "赣州市人民政府",
    "reconsideration_days": 60,
    "court": "赣州市章贡区人民法院",
    "litigation_months": 6,
    "online": "全国行政复议服务平台",
}
PAPERS = [
    {"position": 1, "name": "第三类医疗器械经营许可申请表", "form": "原件", "copies": 1},
    {"position": 2, "name": "营业执照", "form": "免提交", "copies": 1},
    {
        "position": 3,
        "name": "法定代表人、企业负责人、质量负责人的身份证明、学历或者职称证明",
        "form": "复印件",
        "copies": 1,
    },
    {
        "position": 4,
        "name": "经营场所、库房地址的地理位置图、平面图、房屋产权证明文件或者租赁协议",
        "form": "电子件",
        "copies": 1,
    },
    {"position": 5, "name": "经营质量管理制度、工作程序等文件目录", "form": "原件", "copies": 1},
]
POINTS = [
    {"position": 1, "text": "经营场所和贮存条件与经营范围、经营规模相适应", "answer": "符合", "note": ""},
    {
        "position": 2,
        "text": "具有与经营范围相适应的质量管理机构或者质量管理人员",
        "answer": "符合",
        "note": "质量负责人具本科学历",
    },
    {"position": 3, "text": "计算机信息管理系统能保证产品可追溯", "answer": "符合", "note": ""},
]
REASONS = (
    "申请的库房与经营场所不在同一地址，库房未配备与冷链产品相适应的冷藏设施，不符合《医疗器械经营监督管理办法》第九条第三项的规定；"
    "质量负责人不具备相应专业学历，不符合同条第一项的规定。"
)
REPORT = CASE | {
    "applicant": "于都县康泽医疗器械有限公司",
    "result": "准予",
    "decided_on": "2026-03-16",
    "decision_number": "于都行审准字〔2026〕12号",
    "content": "经营方式：批零兼营；经营范围：Ⅲ类注射穿刺器械、输血输液器具",
}
CONTENT: dict[str, dict[str, Any]] = {
    "RECEIPT": COUNTER | {"due_on": "2026-03-09", "papers": PAPERS},
    "CORRECTION_NOTICE": COUNTER
    | {
        "due_on": "2026-03-23",
        "defects": [
            {"defect": "平面图没有标明冷库位置", "remedy": "补交标明冷库位置和面积的平面图"},
            {"defect": "质量负责人没有提交学历证明", "remedy": "补交学历或者职称证明复印件，核对原件"},
        ],
    },
    "CORRECTION_RECEIPT": COUNTER
    | {
        "answered_on": "2026-03-10",
        "due_on": "2026-03-17",
        "answers": [{"defect": "平面图没有标明冷库位置", "answer": "已交新平面图一份"}],
    },
    "ACCEPTANCE_NOTICE": COUNTER
    | {
        "accepted_on": "2026-03-04",
        "promised_days": 10,
        "promised_on": "2026-03-18",
        "statutory_days": 20,
        "statutory_on": "2026-04-01",
        "handling_organ": "赣州市行政审批局",
        "papers": PAPERS,
    },
    "REFUSAL": APPLIED
    | {"reasons": "申请事项依法不属于本机关职权范围", "right_organ": "江西省药品监督管理局", "remedies": REMEDIES},
    "NOT_REQUIRED": APPLIED | {"reasons": "经营第一类医疗器械不需要许可和备案"},
    "SITE_RECORD": CASE
    | {
        "officers": ["李建平", "曾小春"],
        "visited_on": "2026-03-09",
        "place": "于都县贡江镇长征大道118号",
        "findings": "经营场所与平面图一致，面积 62.4 平方米。\n冷库运行正常，温度记录完整。",
    },
    "HEARING_NOTICE": CASE
    | {
        "to": "于都县贡江镇居民曾祥福",
        "applicant": "于都县康泽医疗器械有限公司",
        "matter": "拟设冷库与你（单位）房屋相邻",
        "days": 5,
    },
    "PAUSE_NOTICE": APPLIED
    | {
        "procedure": "专家评审",
        "basis": "医疗器械经营监督管理办法",
        "days": 15,
        "started_on": "2026-03-10",
        "reasons": "冷链条件须经专家评审",
    },
    "EXTENSION_NOTICE": APPLIED
    | {"accepted_on": "2026-03-04", "reasons": "现场条件复杂，须再次核查", "days": 10, "due_on": "2026-04-15"},
    "OPINION": CASE
    | {
        "phase": "审查",
        "proposal": "建议准予",
        "opinion": "申请材料齐全，现场与申报一致，符合条件。",
        "points": POINTS,
        "signer": "李建平",
    },
    "FORWARDING": CASE
    | {
        "to": "赣州市行政审批局",
        "applicant": "于都县长征食品有限公司",
        "accepted_on": "2026-03-04",
        "proposal": "建议准予",
        "opinion": "同意审查意见，建议准予。",
        "review_opinion": "材料齐全，设备与登记表一致。",
        "reviewer": "李建平",
        "signer": "何卫东",
        "points": POINTS,
        "papers": PAPERS[:2],
    },
    "RETURN_SLIP": CASE
    | {
        "to": "于都县行政审批局",
        "applicant": "于都县长征食品有限公司",
        "reasons": "设备代码与检验报告不一致，请核对后重新报送",
        "times": 1,
        "most": 2,
        "signer": "钟秋萍",
    },
    "GRANT": APPLIED
    | {
        "accepted_on": "2026-03-04",
        "content": "经营方式：批零兼营；经营范围：Ⅲ类注射穿刺器械、输血输液器具",
        "conditions": "冷链产品应当全程保持规定的温度并保存记录",
        "valid_from": "2026-03-16",
        "valid_to": "2031-03-15",
        "basis": ["《医疗器械监督管理条例》第四十二条"],
        "result_name": "医疗器械经营许可证",
    },
    "DENIAL": APPLIED
    | {
        "accepted_on": "2026-03-04",
        "reasons": REASONS,
        "basis": ["《医疗器械监督管理条例》第四十二条"],
        "remedies": REMEDIES,
    },
    "FILING": APPLIED | {"power": "备案", "content": "生鲜乳准运备案"},
    "FILING_DECLINED": APPLIED | {"power": "备案", "reasons": "报送事项不在备案范围内", "remedies": REMEDIES},
    "WITHDRAWAL": APPLIED | {"reasons": "申请人拟变更经营地址后重新申请"},
    "TERMINATION": APPLIED | {"ground": "逾期未补正", "reasons": "补正期限于2026年3月23日届满", "remedies": REMEDIES},
    "PRIOR_NOTICE": CASE
    | {
        "you": "你单位",
        "facts": "2026年3月检查发现，你单位已连续停业一年以上。",
        "measure": "依据《医疗器械监督管理条例》拟注销许可证。",
        "days": 5,
    },
    "LICENCE_ORDER": CASE
    | {
        "you": "你单位",
        "content": "注销许可证（赣虔械经营许20260012号）。",
        "reasons": "经查，你单位已连续停业一年以上。",
        "remedies": REMEDIES,
    },
    "LICENCE": CASE
    | {
        "you": "你单位",
        "name": "医疗器械经营许可证",
        "licence_number": "赣虔食药监械经营许20260012号",
        "identifier": "1.2.156.3005.2.11100000MB0370401.11360700MB1234567X.36073120260012.002.A",
        "version": 2,
        "occasion": "变更",
        "check_code": "7KQ2M9XAB3",
        "check_at": "https://shenpi.example.gov.cn/public/licences/",
        "holders": [
            {
                "name": "于都县康泽医疗器械有限公司",
                "id_label": "统一社会信用代码",
                "id_number": "91360731MA35XY7T12",
                "legal_representative": "刘敏",
                "address": "于都县贡江镇长征大道118号一层",
            }
        ],
        "facts": [
            {"label": "经营方式", "value": "批零兼营"},
            {"label": "企业负责人", "value": "刘敏"},
            {"label": "经营场所", "value": "于都县贡江镇长征大道118号一层"},
            {"label": "库房地址", "value": "于都县贡江镇长征大道118号二层"},
            {
                "label": "经营范围",
                "value": "Ⅲ类：注射穿刺器械、输血输液器具、医用电子仪器设备、医用光学器具仪器及内窥镜设备；Ⅲ类：植入材料和人工器官",
            },
        ],
        "conditions": "冷链产品应当全程保持规定的温度并保存记录。",
        "first_issued_on": "2026-03-16",
        "valid_from": "2026-03-16",
        "valid_to": "2031-03-15",
    },
    "SERVICE_RECORD": CASE
    | {
        "documents": [{"title": "准予行政许可决定书", "number": "赣市行审准字〔2026〕12号"}],
        "way": "窗口领取",
        "place": "于都县综合窗口",
        "served_on": "2026-03-18",
        "receipt": "刘敏",
        "server": "谢小兰，于都县综合窗口",
    },
    "REPORT_SLIP": REPORT | {"to": "赣州市林业局"},
    "PUSH_SLIP": REPORT | {"to": "于都县市场监督管理局", "decider": "赣州市行政审批局", "purpose": "请认领"},
    "MONTHLY_REPORT": {
        "to": "赣州市深化改革领导小组办公室",
        "period": "2026年3月",
        "heads": ["县（市、区）", "受理", "办结", "按时办结率", "推送", "认领"],
        "rows": [["于都县", "31", "28", "100%", "26", "26"], ["章贡区", "44", "40", "97.5%", "39", "37"]],
        "notes": "超时办件均已说明理由。",
    },
}


def sample(kind: str) -> dict[str, Any]:
    """An invented letter of a kind, frozen as an issued one would be; it leads to no verification page."""
    rule = KINDS[kind]
    content = checked(rule, CONTENT[kind])
    title = rule.titled(CONTENT[kind])
    text = frozen(
        content,
        number=f"样本行审{rule.series}字〔2026〕1号",
        title=title,
        organ="赣州市行政审批局",
        on=date(2026, 3, 16),
        code="SAMPLE2345678999",
    )
    found: dict[str, Any] = json.loads(text)
    return found
