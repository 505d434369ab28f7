from django.db import migrations


def note(apps, schema_editor):
    """Which cases were accepted by law, and until when the papers of suspended licences are not good."""
    case, event = apps.get_model("cases", "Case"), apps.get_model("cases", "Event")
    deemed = event.objects.filter(action="DEEM_ACCEPTED").values("case")
    case.objects.filter(pk__in=deemed).update(deemed=True)
    letter, paper = apps.get_model("documents", "Letter"), apps.get_model("cases", "LicencePaper")
    suspended = paper.objects.filter(letter__ended_by="SUSPENDED", licence__suspended_until__isnull=False)
    for one, until in suspended.values_list("letter", "licence__suspended_until"):
        letter.objects.filter(pk=one).update(ended_until=until)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_accepted_by_law"),
        ("documents", "0004_papers_end_for_a_time"),
        ("licences", "0002_records_are_append_only"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
