"""How does a table go out to a workbook and come back? Read safely, previewed cell by cell, written all or nothing.

- `reading`: from the bytes of a file to rows of text; whatever is not plain data is refused with row and column.
- `writing`: the other way; nothing in a cell is ever a live formula.
- `columns`, `resource`: what a column means, which rows may change, and in which words a mistake is told.
- `admin`: the two pages of the management site, 导入 and 导出.
"""
