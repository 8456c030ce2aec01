"""How operators come to the platform: taken on by an owner, or by signing up."""

from django.db import models

from kernel.crypto import SealedTextField
from kernel.ids import new_id


class Onboarding(models.Model):
    """An owner asked for a tenant, under a key: the same key and input give the same tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("OwnerAccount", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    input_hash = models.BinaryField(max_length=32)
    tenant = models.OneToOneField("Tenant", on_delete=models.CASCADE, related_name="onboarding")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="onboarding_key_unique")
        ]


class SignUp(models.Model):
    """A business that signs up by itself: a tenant once the code sent to its contact comes back.

    The name is not reserved before that; of two who confirm, the first has it. The code goes to
    `contact`, a phone or an email; by `email` the first administrator will sign in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=63)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=60)
    template = models.ForeignKey("Template", on_delete=models.PROTECT, related_name="+")
    plan = models.CharField(max_length=40)
    contact_name = SealedTextField()
    contact = SealedTextField()
    email = SealedTextField()
    code_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    tenant = models.OneToOneField(
        "Tenant", on_delete=models.SET_NULL, null=True, related_name="sign_up"
    )


class SignUpAttempt(models.Model):
    """A sign-up asked for or a code tried, kept whatever came of it, so that it can be rationed.

    `subject` is a digest of the contact, the caller's address or the sign-up.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.BinaryField(max_length=32)
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"])]
