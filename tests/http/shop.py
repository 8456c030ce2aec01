"""A small schema with one of everything that the endpoint must cope with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.file_uploads import Upload
from strawberry.scalars import JSON

from kernel.files import FileTooLarge, FileTypeRefused, store_image
from kernel.refusals import NotFound
from schema.core.build import build_schema
from schema.core.context import Info
from schema.core.fields import connection, mutation, query
from schema.core.nodes import NodeQueries
from schema.core.rights import Audience
from schema.core.scalars import BigInt, Money, money_of
from schema.core.texts import text_field
from tenants.access.rights import Right
from tenants.catalog import models
from tests.support.database import SOME_DAY

SECRET = "maya@example.test"


class Everybodys:
    """Rows that anybody may see."""

    @classmethod
    def get_queryset(cls, queryset: QuerySet, info: Info, **kwargs: object) -> QuerySet:
        return queryset


@strawberry_django.type(models.Category, name="Category")
class Category(Everybodys, relay.Node):
    id: relay.NodeID[UUID]
    name: str = text_field("name", "Its name.")
    parent: "Category | None" = strawberry_django.field()
    children: list["Category"] = strawberry_django.field()


@strawberry_django.type(models.Media, name="Media")
class Media(Everybodys, relay.Node):
    id: relay.NodeID[UUID]
    file: str = strawberry_django.field()
    width: int = strawberry_django.field()
    height: int = strawberry_django.field()
    alt: str = text_field("alt", "What it shows.")


@strawberry_django.type(models.Service, name="Service")
class Service(Everybodys, relay.Node):
    id: relay.NodeID[UUID]
    name: str = text_field("name", "Its name.")
    summary: str = text_field("summary", "In a line.")
    category: Category = strawberry_django.field()
    media: list[Media] = strawberry_django.field()
    state: str = strawberry_django.field()
    duration_minutes: int | None = strawberry_django.field()
    rating_sum: int = strawberry_django.field()
    rating_count: int = strawberry_django.field()

    @strawberry_django.field(only=["price_from"])
    def price_from(self) -> Money | None:
        return None if self.price_from is None else money_of(self.price_from, "CNY")


ServiceConnection = strawberry_django.relay.DjangoListConnection[Service]


@strawberry.type
class Query(NodeQueries):
    @query(right=Audience.PUBLIC)
    def hello(self, info: Info) -> str:
        """A greeting."""
        return "hello"

    @connection(ServiceConnection, right=Audience.PUBLIC)
    def services(self, info: Info) -> QuerySet[models.Service]:
        """Everything on offer."""
        return models.Service.objects.order_by("position", "id")

    @query(right=Audience.PUBLIC)
    def categories(self, info: Info) -> list[Category]:
        """The top shelves."""
        return models.Category.objects.filter(parent=None)

    @query(right=Audience.PUBLIC)
    def service(self, info: Info, id: relay.GlobalID) -> Service | None:
        """One service."""
        raise NotFound(what="Service")

    @query(right=Audience.PUBLIC)
    def take(
        self,
        info: Info,
        number: int | None = None,
        big: BigInt | None = None,
        at: datetime | None = None,
        anything: JSON | None = None,
        numbers: Annotated[list[int] | None, strawberry.argument()] = None,
    ) -> JSON:
        """Whatever was given."""
        return {"number": number, "big": big, "anything": anything, "numbers": numbers}

    @query(right=Audience.PUBLIC)
    def boom(self, info: Info) -> str | None:
        """A bug."""
        raise ValueError(SECRET)

    @query(right=Right.STAFF_MANAGE)
    def staff_only(self, info: Info) -> str:
        """For staff."""
        return "staff"

    @query(right=Right.STAFF_MANAGE)
    def perhaps(self, info: Info) -> str | None:
        """For staff, nullable."""
        return "staff"

    @query(right=Audience.OWNER)
    def owners(self, info: Info) -> str:
        """For the platform's owner."""
        return "owner"


@strawberry.input
class PhotoUploadInput:
    file: Upload
    caption: str = ""


@strawberry.type
class PhotoUploadSuccess:
    content_type: str
    width: int
    height: int
    caption: str


@strawberry.input
class AlbumUploadInput:
    files: list[Upload]


@strawberry.type
class AlbumUploadSuccess:
    sizes: list[int]


@strawberry.type
class Mutation:
    @mutation(right=Audience.PUBLIC, refusals=[FileTooLarge, FileTypeRefused])
    def photo_upload(self, info: Info, input: PhotoUploadInput) -> PhotoUploadSuccess:
        """Keep a picture."""
        with store_image(input.file, folder="photos", max_bytes=200_000, at=SOME_DAY) as photo:
            return PhotoUploadSuccess(
                content_type=photo.content_type,
                width=photo.width,
                height=photo.height,
                caption=input.caption,
            )

    @mutation(right=Audience.PUBLIC)
    def album_upload(self, info: Info, input: AlbumUploadInput) -> AlbumUploadSuccess:
        """Weigh files."""
        return AlbumUploadSuccess(sizes=[file.size for file in input.files])


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> int:
        """Never asked for over HTTP."""
        yield 1


schema = build_schema(Query, Mutation, Subscription)

STOREFRONT = """
query Storefront($first: Int) {
  services(first: $first) {
    edges {
      node {
        id name summary state durationMinutes ratingSum ratingCount
        priceFrom { amount currency }
        category { id name }
        media { id file width height alt }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

PHOTO_UPLOAD = """
mutation PhotoUpload($input: PhotoUploadInput!) {
  photoUpload(input: $input) {
    __typename
    ... on PhotoUploadSuccess { contentType width height caption }
    ... on UserError { code message }
  }
}
"""
