"""What does one page of a PDF look like? Run as a program of its own, so that a hostile file harms only this process.

`python picture.py FOLDER PAGE DOTS` draws page PAGE (from 1) of FOLDER/file.pdf into FOLDER/page.png at DOTS per inch.
"""

import resource
import sys
from pathlib import Path

import typst

MOST_BYTES = 1024**3
MOST_SECONDS = 20


def main(folder: Path, page: int, dots: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    source = folder / "page.typ"
    source.write_text(
        f'#set page(width: auto, height: auto, margin: 0pt)\n#image("file.pdf", page: {page})\n', encoding="utf-8"
    )
    drawn = typst.compile(str(source), root=str(folder), format="png", ppi=dots)
    (folder / "page.png").write_bytes(drawn)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
