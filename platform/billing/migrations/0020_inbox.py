from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0010_plans"),
    ]

    operations = [
        migrations.AlterField(
            model_name="providerevent",
            name="kind",
            field=models.CharField(max_length=120),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="subscription",
            name="lapsed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="subscription",
            name="price",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(fields=["received_at"], name="billing_pro_receive_4cc9a2_idx"),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("customer", ""), _negated=True),
                fields=("customer",),
                name="subscription_customer_unique",
            ),
        ),
    ]
