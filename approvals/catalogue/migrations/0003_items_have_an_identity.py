from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat


def forwards(apps, editor):
    """Every item is itself until a later edition says it is the same as an older one."""
    Item = apps.get_model("catalogue", "Item")
    for edition in apps.get_model("catalogue", "Edition").objects.all():
        Item.objects.filter(edition=edition, identity="").update(identity=Concat(Value(f"{edition.code}/"), F("code")))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_editions_have_a_life")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
