"""Third parties: their API keys, and the documents that they register."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from graphql import OperationDefinitionNode
from strawberry import relay
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from kernel.refusals import InvalidInput
from schema.access import types  # noqa: F401  (which describes the rights)
from schema.core.context import Info
from schema.core.documents import digest_of
from schema.core.execution import prepare
from schema.core.fields import connection, mutation
from schema.core.figures import figures_of
from schema.core.ids import row_id
from schema.core.rights import STAFF, actor_of
from tenants.access import models, selectors
from tenants.access.rights import Right
from tenants.access.services import api_keys, documents


@strawberry_django.type(
    models.ApiKey, name="ApiKey", description="What a third party's program signs in with."
)
class ApiKey(relay.Node):
    """Visible to whoever manages the staff."""

    id: relay.NodeID[UUID]
    name: str = strawberry_django.field(description="What it is for.")
    last_used_at: datetime | None = strawberry_django.field(
        description="When it was used last, to the minute; null when never."
    )

    @strawberry_django.field(only=["rights"], description="What it allows.")
    def rights(root: models.ApiKey) -> list[Right]:
        return [Right(right) for right in root.rights]

    @strawberry_django.field(
        select_related=["session"], only=["session__created_at"], description="Since when."
    )
    def created_at(root: models.ApiKey) -> datetime:
        return root.session.created_at

    @strawberry_django.field(
        select_related=["session"],
        only=["session__expires_at"],
        description="When it ends by itself.",
    )
    def expires_at(root: models.ApiKey) -> datetime:
        return root.session.expires_at

    @strawberry_django.field(
        select_related=["session"],
        only=["session__revoked_at"],
        description="When somebody ended it; null where nobody has.",
    )
    def revoked_at(root: models.ApiKey) -> datetime | None:
        return root.session.revoked_at

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.ApiKey], info: Info, **_: Any
    ) -> QuerySet[models.ApiKey]:
        """All of them, for whoever manages the staff."""
        actor = info.context.actor
        may = actor is not None and Right.STAFF_MANAGE in actor.rights
        return queryset if may else queryset.none()


@strawberry_django.type(
    models.RegisteredDocument,
    name="RegisteredDocument",
    description="A GraphQL document of a third party's, which anybody here may run by its id.",
)
class RegisteredDocument(relay.Node):
    """Visible to staff, and to API keys."""

    id: relay.NodeID[UUID]
    name: str = strawberry_django.field(description="As its author calls it.")
    text: str = strawberry_django.field(description="The document.")
    registered_at: datetime = strawberry_django.field(description="Since when.")
    document_id: str = strawberry_django.field(
        field_name="digest", description="What a request says as `documentId`."
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.RegisteredDocument], info: Info, **_: Any
    ) -> QuerySet[models.RegisteredDocument]:
        """All of them, for staff."""
        actor = info.context.actor
        return queryset if actor is not None and actor.is_staff else queryset.none()


@strawberry.input(description="A key for a third party.")
class ApiKeyCreateInput:
    """For what, with which rights, until when."""

    name: str = strawberry.field(description="What it is for; up to 60 characters.")
    rights: list[Right] = strawberry.field(
        description="Of the back office's, and none that the caller does not hold."
    )
    expires_at: datetime = strawberry.field(description="Within 366 days.")


@strawberry.input(description="A key to end.")
class ApiKeyRevokeInput:
    """Which."""

    api_key_id: GlobalID = strawberry.field(description="An ApiKey's id.")


@strawberry.input(description="A document to register.")
class DocumentRegisterInput:
    """Its name and its text."""

    name: str = strawberry.field(description="Up to 80 characters.")
    text: str = strawberry.field(
        description="One operation with its fragments, within the bounds of free documents."
    )


@strawberry.input(description="A registered document to remove.")
class DocumentRemoveInput:
    """Which."""

    registered_document_id: GlobalID = strawberry.field(description="A RegisteredDocument's id.")


@strawberry.type(description="The key is made.")
class ApiKeyCreateSuccess:
    """The key and its secret."""

    api_key: ApiKey = strawberry.field(description="The key.")
    secret: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`. It is told this once."
    )


@strawberry.type(description="The key is no more.")
class ApiKeyRevokeSuccess:
    """The key as it is now."""

    api_key: ApiKey = strawberry.field(description="The key as it is now.")


@strawberry.type(description="The document is registered.")
class DocumentRegisterSuccess:
    """The document."""

    document: RegisteredDocument = strawberry.field(description="As it was registered.")


@strawberry.type(description="The document is answered no more.")
class DocumentRemoveSuccess:
    """Which."""

    registered_document_id: GlobalID = strawberry.field(description="It exists no more.")


@strawberry.type
class KeyQueries:
    """Root query fields of third parties."""

    @connection(DjangoListConnection[ApiKey], right=Right.STAFF_MANAGE)
    def api_keys(self, info: Info) -> QuerySet[models.ApiKey]:
        """Every API key there was, the newest first."""
        return selectors.api_keys()

    @connection(DjangoListConnection[RegisteredDocument], right=STAFF)
    def registered_documents(self, info: Info) -> QuerySet[models.RegisteredDocument]:
        """The documents that third parties have registered here, the newest first."""
        return selectors.registered_documents()


@strawberry.type
class KeyMutations:
    """Root mutations of third parties."""

    @mutation(right=Right.STAFF_MANAGE, refusals=[api_keys.TooManyKept])
    def api_key_create(self, info: Info, input: ApiKeyCreateInput) -> ApiKeyCreateSuccess:
        """Make a key for a third party's program; who did is in the audit log."""
        key, secret = api_keys.api_key_create(
            actor=actor_of(info.context),
            name=input.name,
            rights=input.rights,
            expires_at=input.expires_at,
            at=clock.now(),
        )
        return ApiKeyCreateSuccess(api_key=cast(ApiKey, key), secret=secret)

    @mutation(right=Right.STAFF_MANAGE)
    def api_key_revoke(self, info: Info, input: ApiKeyRevokeInput) -> ApiKeyRevokeSuccess:
        """End a key at once."""
        key = api_keys.api_key_revoke(
            actor=actor_of(info.context),
            key_id=row_id(input.api_key_id, "ApiKey"),
            at=clock.now(),
        )
        return ApiKeyRevokeSuccess(api_key=cast(ApiKey, key))

    @mutation(right=STAFF, refusals=[api_keys.TooManyKept])
    def document_register(
        self, info: Info, input: DocumentRegisterInput
    ) -> DocumentRegisterSuccess:
        """Register a document, so that a third party's app may send its id alone."""
        _check_document(input.text)
        document = documents.document_register(
            actor=actor_of(info.context),
            digest=digest_of(input.text),
            name=input.name,
            text=input.text,
            at=clock.now(),
        )
        return DocumentRegisterSuccess(document=cast(RegisteredDocument, document))

    @mutation(right=STAFF)
    def document_remove(self, info: Info, input: DocumentRemoveInput) -> DocumentRemoveSuccess:
        """Answer a registered document no more."""
        documents.document_remove(
            actor=actor_of(info.context),
            document_id=row_id(input.registered_document_id, "RegisteredDocument"),
            at=clock.now(),
        )
        return DocumentRemoveSuccess(registered_document_id=input.registered_document_id)


def _check_document(text: str) -> None:
    """Raises `InvalidInput` unless `text` is one valid operation within the bounds."""
    from schema.root import schema  # which is composed of, among others, these fields

    prepared = prepare(schema, text)
    if prepared.document is None:
        raise InvalidInput(field="text", reason=prepared.errors[0].message[:200])
    operations = [
        each for each in prepared.document.definitions if isinstance(each, OperationDefinitionNode)
    ]
    if len(operations) != 1:
        raise InvalidInput(field="text", reason="one operation")
    figures = figures_of(schema._schema, prepared.document, operations[0], {})
    if beyond := figures.beyond():
        raise InvalidInput(field="text", reason=f"asks for too much: {', '.join(beyond)}")
