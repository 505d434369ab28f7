"""What must stand in each kind of letter before it may be issued? One typed, checked shape a kind; nothing unknown passes.

A denial without reasons or remedies has no shape, so it cannot be issued: 行政许可法第三十八条第二款, 行政复议法第二十条.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Part(serializers.Serializer):
    """Base of all shapes: a field nobody declared is refused, so that nothing is silently left off a paper."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["模板不认得这一项。"] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2000)
        super().__init__(**kwargs)


class Maybe(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, default="", **kwargs)


class MaybeDay(serializers.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, default=None, **kwargs)


class Remedies(Part):
    """行政复议法第二十条、第二十二条、第二十四条、第二十八条；行政诉讼法第十八条、第四十六条。"""

    reconsideration = Text(max_length=130)
    reconsideration_days = serializers.IntegerField(min_value=60, max_value=366)
    court = Text(max_length=60)
    litigation_months = serializers.IntegerField(min_value=6, max_value=24)
    online = Maybe(max_length=200)
    reconsideration_first = serializers.BooleanField(default=False)


class Paper(Part):
    position = serializers.IntegerField(min_value=1)
    name = Text(max_length=200)
    form = Text(max_length=20)
    copies = serializers.IntegerField(min_value=0)


class Point(Part):
    position = serializers.IntegerField(min_value=1)
    text = Text(max_length=600)
    answer = Text(max_length=10)
    note = Maybe(max_length=500)


class AboutCase(Part):
    """What every letter about a case says."""

    case_number = Text(max_length=24)
    item_name = Text(max_length=300)
    to = Text(max_length=800)
    power = Text(max_length=12)


class ToApplicant(AboutCase):
    you = serializers.ChoiceField(choices=["你", "你单位"])
    received_on = serializers.DateField()


class Counter(ToApplicant):
    query_code = Text(max_length=8)
    handler = Maybe(max_length=80)
    phone = Maybe(max_length=60)
    complaint_phone = Maybe(max_length=60)


class Receipt(Counter):
    due_on = MaybeDay()
    papers = Paper(many=True, required=False, default=list)


class Defect(Part):
    defect = Text(max_length=810)  # in a later notice with why it could not be named before
    remedy = Text(max_length=500)


class Correction(Counter):
    defects = Defect(many=True, allow_empty=False)
    due_on = serializers.DateField()


class Answered(Part):
    defect = Text(max_length=500)
    answer = Maybe(max_length=500)


class CorrectionReceipt(Counter):
    answers = Answered(many=True, allow_empty=False)
    answered_on = serializers.DateField()
    due_on = MaybeDay()


class Acceptance(Counter):
    accepted_on = serializers.DateField()
    deemed = serializers.BooleanField(default=False)
    promised_days = serializers.IntegerField(allow_null=True)
    promised_on = MaybeDay()
    statutory_days = serializers.IntegerField(allow_null=True)
    statutory_on = MaybeDay()
    handling_organ = Text(max_length=60)
    papers = Paper(many=True, required=False, default=list)


class Refusal(ToApplicant):
    reasons = Text()
    right_organ = Maybe(max_length=100)
    remedies = Remedies()


class NotRequired(ToApplicant):
    reasons = Text()


class Pause(ToApplicant):
    procedure = Text(max_length=40)
    basis = Maybe(max_length=120)
    days = serializers.IntegerField(min_value=1)
    started_on = serializers.DateField()
    reasons = Maybe(max_length=500)


class Extension(ToApplicant):
    accepted_on = serializers.DateField()
    reasons = Text(max_length=500)
    days = serializers.IntegerField(min_value=1)
    due_on = serializers.DateField()


class Opinion(AboutCase):
    phase = Text(max_length=10)
    proposal = Maybe(max_length=10)
    opinion = Text()
    points = Point(many=True, required=False, default=list)
    signer = Text(max_length=40)


class Forwarding(AboutCase):
    applicant = Text(max_length=800)
    accepted_on = serializers.DateField()
    proposal = Text(max_length=10)
    opinion = Text()
    review_opinion = Maybe()
    reviewer = Maybe(max_length=40)
    signer = Text(max_length=40)
    points = Point(many=True, required=False, default=list)
    papers = Paper(many=True, required=False, default=list)


class ReturnSlip(AboutCase):
    applicant = Text(max_length=800)
    reasons = Text()
    times = serializers.IntegerField(min_value=1)
    most = serializers.IntegerField(min_value=1)
    signer = Text(max_length=40)


class Grant(ToApplicant):
    accepted_on = serializers.DateField()
    content = Maybe()
    conditions = Maybe()
    valid_from = MaybeDay()
    valid_to = MaybeDay()
    on_commitment = serializers.BooleanField(default=False)
    basis = serializers.ListField(child=Text(max_length=300), default=list)
    result_name = Maybe(max_length=120)


class Denial(ToApplicant):
    accepted_on = serializers.DateField()
    reasons = Text()
    basis = serializers.ListField(child=Text(max_length=300), default=list)
    remedies = Remedies()


class Filing(ToApplicant):
    content = Maybe()


class Withdrawal(ToApplicant):
    reasons = Maybe(max_length=500)


class Termination(ToApplicant):
    ground = Text(max_length=60)
    reasons = Maybe(max_length=500)
    remedies = Remedies()


class LicenceHolder(Part):
    """Numbers of organisations are public and stand whole; of a person's, only what shows which one it is."""

    name = Text(max_length=120)
    id_label = Maybe(max_length=20)
    id_number = Maybe(max_length=40)
    legal_representative = Maybe(max_length=60)
    address = Maybe(max_length=200)


class LicenceFact(Part):
    label = Text(max_length=40)
    value = Text()


class Licence(AboutCase):
    """照面: what stands on one version of a licence; the paper's own number is not the licence's."""

    you = serializers.ChoiceField(choices=["你", "你单位"])
    name = Text(max_length=120)
    licence_number = Text(max_length=120)
    identifier = Text(max_length=120)
    version = serializers.IntegerField(min_value=1)
    occasion = Text(max_length=12)
    check_code = Text(max_length=12)
    check_at = Text(max_length=200)
    holders = LicenceHolder(many=True, allow_empty=False)
    facts = LicenceFact(many=True, required=False, default=list)
    content = Maybe()
    conditions = Maybe()
    first_issued_on = serializers.DateField()
    valid_from = MaybeDay()
    valid_to = MaybeDay()


class Served(Part):
    title = Text(max_length=80)
    number = Maybe(max_length=60)


class ServiceRecord(AboutCase):
    documents = Served(many=True, allow_empty=False)
    way = Text(max_length=20)
    place = Maybe(max_length=200)
    served_on = serializers.DateField()
    receipt = Text(max_length=200)
    server = Text(max_length=80)


class SiteRecord(AboutCase):
    officers = serializers.ListField(child=Text(max_length=40), min_length=2)
    visited_on = serializers.DateField()
    place = Text(max_length=200)
    findings = Text()


class Hearing(AboutCase):
    applicant = Text(max_length=800)
    matter = Text()
    days = serializers.IntegerField(min_value=1)
    phone = Maybe(max_length=60)


class PriorNotice(AboutCase):
    you = serializers.ChoiceField(choices=["你", "你单位"])
    facts = Text()
    measure = Text()
    days = serializers.IntegerField(min_value=1)
    phone = Maybe(max_length=60)


class LicenceOrder(AboutCase):
    you = serializers.ChoiceField(choices=["你", "你单位"])
    content = Text()
    reasons = Text()
    remedies = Remedies()


class Report(AboutCase):
    applicant = Text(max_length=800)
    result = Text(max_length=12)
    decided_on = serializers.DateField()
    decision_number = Maybe(max_length=60)
    content = Maybe()


class PushSlip(Report):
    decider = Text(max_length=60)
    purpose = Text(max_length=12)


class Monthly(Part):
    to = Text(max_length=80)
    period = Text(max_length=40)
    heads = serializers.ListField(child=Text(max_length=40), min_length=1)
    rows = serializers.ListField(child=serializers.ListField(child=Maybe(max_length=120)), default=list)
    notes = Maybe()
