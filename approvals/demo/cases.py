"""三个样例办件: one real item of each mode, with the form of the item truly filled in. All names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.demo.lead import USCC

BEGINS = ("felling_from",)  # fields with the first day of a licence's term


@dataclass(frozen=True)
class Sample:
    """An application to be received in a region, and what to answer to the fields of its form."""

    item: str
    region: str
    applicant: str
    representative: str
    address: str
    form: dict[str, Any]
    uscc: str = USCC

    def answers(self, *, on: date) -> dict[str, Any]:
        """The answers given on a day: what is to begin begins that day, so that the licence is good at once."""
        return self.form | {key: on.isoformat() for key in BEGINS if key in self.form}

    def application(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "region": self.region,
            "address": self.address,
            "parties": [
                {
                    "role": "APPLICANT",
                    "kind": "COMPANY",
                    "name": self.applicant,
                    "id_type": "USCC",
                    "id_number": self.uscc,
                    "legal_representative": self.representative,
                    "address": self.address,
                },
                {"role": "CONTACT", "kind": "PERSON", "name": self.representative, "mobile": "13800004417"},
            ],
            "confirm_duplicate": True,
        }


SAMPLES = (
    Sample(
        item="1-7",
        region="360731",
        applicant="于都县罗坳林业专业合作社",
        representative="曾祥福",
        address="于都县罗坳镇峡山村",
        form={
            "forest_place": "峡山村 3 林班 12 小班",
            "forest_certificate": "于林证字第 0312 号",
            "forest_category": "用材林",
            "origin_kind": "人工",
            "species": "杉木",
            "felling_area": "0.8",
            "felling_volume": "46.5",
            "felling_method": "择伐",
            "felling_from": "2030-01-10",
            "felling_until": "2030-03-31",
            "renewal_area": "0.8",
            "renewal_measure": "次年春季补植杉木，每公顷不少于 2500 株。",
        },
    ),
    Sample(
        item="2-30",
        region="360731",
        applicant="于都县长征食品有限公司",
        representative="肖丽华",
        address="于都县工业园上欧园区 6 号",
        form={
            "registration_by": "按台（套）",
            "equipment_class": "电梯",
            "equipment_model": "曳引驱动载货电梯 THJ2000",
            "equipment_code": "31103607312022001",
            "product_number": "D22-0871",
            "quantity": "1",
            "manufacturer": "江西虔峰电梯制造有限公司",
            "manufactured_on": "2022-03-18",
            "installer": "赣州宏达机电安装有限公司",
            "place_of_use": "1 号厂房西侧货运井道",
            "in_use_from": "2022-07-01",
            "inspection_report": "赣特检 J2022-1187",
            "inspection_body": "江西省特种设备检验检测研究院赣州分院",
            "safety_manager": "赖永兵",
            "safety_phone": "13800004417",
        },
    ),
    Sample(
        item="3-25",
        region="360731",
        applicant="于都县康泽医疗器械有限公司",
        representative="刘敏",
        address="于都县贡江镇长征大道 118 号",
        form={
            "business_mode": "批零兼营",
            "business_scope": "Ⅲ类：注射穿刺器械、输血输液器具；Ⅲ类：植入材料和人工器官",
            "business_address": "于都县贡江镇长征大道 118 号一层",
            "business_area": "62.4",
            "warehouse_address": "于都县贡江镇长征大道 118 号二层",
            "warehouse_area": "58.6",
            "cold_storage": "是",
            "person_in_charge": "刘敏",
            "quality_manager": "刘敏",
            "quality_manager_education": "医学检验本科",
            "staff": "6",
            "traceability_system": "康泽进销存追溯系统",
        },
    ),
)
