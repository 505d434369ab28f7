"""What the tests of oversight share with the rooms below: a receiver on the other side of a real connection."""

from tests.collaboration.conftest import roots_apart  # noqa: F401
from tests.exchange.conftest import receiver  # noqa: F401
