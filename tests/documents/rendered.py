"""What does a page look like, coarsely? Poppler draws it; a grid of grey cells is what is compared."""

import io
import subprocess

from PIL import Image

CELLS = (42, 60)


def ink_of(pdf: bytes) -> Image.Image:
    """The first page as a small grey picture."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "40", "-gray", "-png", "-singlefile", "-"], input=pdf, capture_output=True, check=True
    ).stdout
    return Image.open(io.BytesIO(drawn)).convert("L").resize(CELLS, Image.Resampling.BOX)
