"""How much of a name, number or phone may stand on a page or in an export? As little as it needs to be recognised."""


def masked_mobile(value: str) -> str:
    """138****4417."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 8 else ("****" if value else "")


def masked_id(value: str) -> str:
    """An identity number by its last four starred; an organisation's code is public and stays whole."""
    if not value:
        return ""
    if len(value) == 18 and value[:2].isdigit() and not value[:17].isdigit():
        return value
    return value[:-4] + "****" if len(value) > 8 else "****"


def masked_name(value: str) -> str:
    """A person's name by its first character; longer names are organisations and stay whole."""
    return value[0] + "*" * (len(value) - 1) if 2 <= len(value) <= 4 else value


def masked_party(value: str, kind: str) -> str:
    """An applicant on a page for everybody: a person by the first character, an organisation by both ends.

    于都县康****有限公司; a short name may be a person's own and is masked like one.
    """
    if kind == "PERSON" or len(value) <= 6:
        return f"{value[:1]}**"
    ends = 4 if len(value) > 9 else 2
    return f"{value[:ends]}****{value[-ends:]}"


def formula_safe(value: object) -> str:
    """A cell that a spreadsheet takes as text: never as a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
