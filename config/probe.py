"""Does the server on this machine answer that it is ready? The health check of the container: `python -m config.probe`.

It asks as the proxy would: with a host that is allowed, and as if over HTTPS.
"""

import http.client
import os
import sys
import urllib.request


def ready(*, port: str, host: str) -> bool:
    question = urllib.request.Request(
        f"http://127.0.0.1:{port}/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"}
    )
    try:
        with urllib.request.urlopen(question, timeout=4) as answer:
            return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    sys.exit(0 if ready(port=os.environ.get("PORT", "8000"), host=allowed) else 1)
