from datetime import UTC, datetime

from django.db import migrations, models

GB = 10**9
PLANS = (
    {
        "key": "starter",
        "name": {"en": "Starter", "zh-Hans": "入门版"},
        "summary": {
            "en": "For a first campus or a few streets.",
            "zh-Hans": "适合一所校园或几条街道的起步运营。",
        },
        "price": 29_00,
        "limits": {
            "couriers": 10,
            "staff": 3,
            "storage": 1 * GB,
            "orders": 500,
            "api_calls": 100_000,
        },
        "features": [],
        "rate": 10,
    },
    {
        "key": "growth",
        "name": {"en": "Growth", "zh-Hans": "成长版"},
        "summary": {
            "en": "For a business with dispatchers and an address of its own.",
            "zh-Hans": "适合拥有调度团队与自有域名的运营方。",
        },
        "price": 99_00,
        "limits": {
            "couriers": 60,
            "staff": 15,
            "storage": 10 * GB,
            "orders": 6_000,
            "api_calls": 1_000_000,
        },
        "features": ["custom_domain", "export"],
        "rate": 20,
    },
    {
        "key": "scale",
        "name": {"en": "Scale", "zh-Hans": "规模版"},
        "summary": {
            "en": "For many campuses under one brand; as many orders as they bring.",
            "zh-Hans": "适合一个品牌下的多校区运营，订单数量不限。",
        },
        "price": 299_00,
        "limits": {"couriers": 1_000, "staff": 100, "storage": 100 * GB, "api_calls": 20_000_000},
        "features": ["custom_domain", "export", "sandbox"],
        "rate": 50,
    },
)


def seed(apps, schema_editor):
    """The plans that an installation begins with; its owner edits them."""
    plan = apps.get_model("billing", "Plan")
    plan.objects.using(schema_editor.connection.alias).bulk_create(
        plan(
            position=position,
            currency="USD",
            trial_days=14,
            changed_at=datetime(2026, 1, 1, tzinfo=UTC),
            **facts,
        )
        for position, facts in enumerate(PLANS)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="currency",
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
