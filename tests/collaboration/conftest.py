"""Where do daily roots go that a draw makes up for? Not beside those of whoever runs these tests."""

import pytest


@pytest.fixture(autouse=True)
def roots_apart(settings, tmp_path):
    settings.ROOTS_DIR = str(tmp_path / "roots")
