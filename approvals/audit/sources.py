"""Which model holds the rows of a kind of record, and which tasks read the register? Said in AppConfig.ready.

Tasks are named by their Celery name: an AppConfig is loaded before any model or task may be.
"""

sources: dict[str, str] = {}
readers: list[str] = []


def source(kind: str, model_label: str) -> None:
    """Say that records of `kind` are rows of `model_label` (app.Model)."""
    sources[kind] = model_label


def wake_when_register_grows(task: str) -> None:
    """Say that the task of this name reads the register and is to be woken when something was enrolled."""
    if task not in readers:
        readers.append(task)
