"""Which data must be there before anybody can work? Organs, seals, calendar, catalogue; in a demonstration its people.

Every step is idempotent and reads `seeds/` (people: `fixtures/`); a malformed file is refused, with row and column.
"""

from approvals.calendars.load import load as load_calendars
from approvals.catalogue.load import load as load_catalogue
from approvals.documents.load import load as load_seals
from approvals.documents.load import load_letters
from approvals.licences.load import load as load_licences
from approvals.notices.load import load as load_notices
from approvals.organisations.load import load as load_organisations
from approvals.organisations.load import load_demo as load_people


def load(*, demo: bool) -> dict[str, int]:
    """Load everything, lower floors first; how many rows stand as in the files. Raises SeedMalformed, DemoOnly."""
    done = {
        "区划与机构": load_organisations(),
        "印章": load_seals(),
        "文书模板": load_letters(demo=demo),
        "工作日历": load_calendars(),
        "通知文字": load_notices(),
        "事项清单": load_catalogue(),
        "证照类型": load_licences(),
    }
    if demo:
        done["演示岗位"] = load_people(demo=True)
    return done
