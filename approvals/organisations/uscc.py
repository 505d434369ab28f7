"""Is this a well-formed 统一社会信用代码 (GB 32100-2015)? By its check digit: the region in it says nothing."""

from stdnum.cn import uscc


def is_uscc(text: str) -> bool:
    return uscc.is_valid(text) and uscc.compact(text) == text
