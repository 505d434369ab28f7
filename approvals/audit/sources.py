"""Which model holds the rows of a kind of record, which tasks read the register, and who proves it? Said in AppConfig.ready.

Tasks are named by their Celery name: an AppConfig is loaded before any model or task may be.
"""

sources: dict[str, str] = {}
readers: list[str] = []
verifiers: list[str] = []


def source(kind: str, model_label: str) -> None:
    """Say that records of `kind` are rows of `model_label` (app.Model)."""
    sources[kind] = model_label


def wake_when_register_grows(task: str) -> None:
    """Say that the task of this name reads the register and is to be woken when something was enrolled."""
    if task not in readers:
        readers.append(task)


def verified_by(function: str) -> None:
    """Say that the function of this dotted path yields a `findings.Finding` for each record that is not as it was written."""
    if function not in verifiers:
        verifiers.append(function)
