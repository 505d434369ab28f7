"""Which keys does a demo installation work with? Its own, made at the first start, readable by their owner only."""

import os
import secrets
from pathlib import Path


def keep_keys(path: Path) -> bool:
    """Write the demo environment to `path` (mode 600) unless it is there; whether it was written now."""
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = ["DEMO=1", f"SECRET_KEY={secrets.token_urlsafe(48)}", f"FIELD_KEY={secrets.token_urlsafe(48)}"]
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    draft.replace(path)
    return True
