"""People and how they prove who they are. Personal data is encrypted; blind indexes find it."""

from django.db import models
from django.db.models import F

from kernel.crypto import EncryptedTextField
from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Person(TenantModel):
    """One human here, whatever roles they hold: customer, courier, staff.

    Set from above, for lists of customers: `orders_count` (placed), `last_order_at`, and `spent`,
    the totals of those that were completed, in minor units of the operator's currency.
    """

    name = EncryptedTextField(default="")
    phone = EncryptedTextField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True, unique=True)
    email = EncryptedTextField(null=True)
    email_index = models.BinaryField(max_length=16, null=True, unique=True)
    password = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=12, default="", blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    orders_count = models.PositiveIntegerField(default=0, db_default=0)
    spent = models.BigIntegerField(default=0, db_default=0)
    last_order_at = models.DateTimeField(null=True)
    roles: "models.ManyToManyField[Role, Grant]" = models.ManyToManyField(
        "Role", through="Grant", related_name="people"
    )

    class Meta:
        indexes = [
            models.Index(
                F("last_order_at").desc(nulls_last=True), "id", name="person_by_last_order"
            ),
            models.Index(fields=["spent", "id"], name="person_by_spent"),
            models.Index(fields=["created_at", "id"], name="person_by_joined"),
        ]


class Role(TenantModel):
    """A named set of rights, a list of `rights.Right` values."""

    key = models.CharField(max_length=40, unique=True)
    name = TextsField()
    rights = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]


class Grant(TenantModel):
    """A person holds a role."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="grant_person_role_unique")
        ]


class Session(TenantModel):
    """A signed-in person. The token is never stored, only its digest under the tenant's key.

    With an `impersonation_id` it is the platform's owner who speaks, for `reason`.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    token_digest = models.BinaryField(max_length=16, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    impersonation_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)


class Invitation(TenantModel):
    """A link by which a person sets a first password. Works once, until it expires."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    token_digest = models.BinaryField(max_length=16, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)


class PhoneCode(TenantModel):
    """A code sent to a phone, to be typed back within minutes."""

    phone_index = models.BinaryField(max_length=16, db_index=True)
    code_digest = models.BinaryField(max_length=16)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Attempt(TenantModel):
    """One try at a secret (password, phone code, receipt PIN), committed before its outcome.

    `subject` is a digest of what was tried against. Failures within a window lock the subject.
    """

    kind = models.CharField(max_length=20)
    subject = models.BinaryField(max_length=16)
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "subject", "at"], name="attempt_subject")]


class SecurityEvent(models.Model):
    """What the security of people's data turns on: sign-ins, locks, readings of sensitive data.

    Append-only, commits on its own, holds ids only.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField(db_index=True)
    data = models.JSONField(default=dict)


class ApiKey(TenantModel):
    """What a third party's program signs in with: a session of a person who is that program.

    Its `rights` are its own, beside whatever roles the person holds.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="api_key")
    name = models.CharField(max_length=60)
    rights = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True)


class RegisteredDocument(TenantModel):
    """A GraphQL document of a third party's, which whoever is here may run by its `digest`."""

    digest = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    text = models.TextField()
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
