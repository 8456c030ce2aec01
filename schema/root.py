"""The one schema, composed of the capabilities."""

import strawberry

from schema.access.mutations import AccessMutations
from schema.access.queries import AccessQueries
from schema.billing.mutations import BillingMutations
from schema.billing.queries import BillingQueries
from schema.brand.mutations import BrandMutations
from schema.brand.queries import BrandQueries
from schema.catalog.mutations import CatalogMutations
from schema.catalog.queries import CatalogQueries
from schema.core.build import build_schema
from schema.core.nodes import NodeQueries
from schema.couriers.mutations import CourierMutations
from schema.couriers.queries import CourierQueries
from schema.dispatch.mutations import DispatchMutations
from schema.dispatch.queries import DispatchQueries
from schema.journal.queries import JournalQueries
from schema.live.queries import LiveQueries
from schema.live.subscriptions import LiveSubscriptions
from schema.orders.mutations import OrderMutations
from schema.orders.queries import OrderQueries
from schema.payments.queries import PaymentQueries
from schema.places.mutations import PlacesMutations
from schema.places.queries import PlacesQueries
from schema.pricing.mutations import PricingMutations
from schema.pricing.queries import PricingQueries
from schema.registry.mutations import RegistryMutations
from schema.registry.queries import RegistryQueries
from schema.talk.mutations import TalkMutations
from schema.talk.queries import TalkQueries


@strawberry.type(description="Everything that can be read.")
class Query(
    NodeQueries,
    RegistryQueries,
    BillingQueries,
    JournalQueries,
    AccessQueries,
    BrandQueries,
    PlacesQueries,
    CatalogQueries,
    PricingQueries,
    CourierQueries,
    OrderQueries,
    DispatchQueries,
    PaymentQueries,
    TalkQueries,
    LiveQueries,
):
    """Root of reads."""


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    RegistryMutations,
    BillingMutations,
    AccessMutations,
    BrandMutations,
    PlacesMutations,
    CatalogMutations,
    PricingMutations,
    CourierMutations,
    OrderMutations,
    DispatchMutations,
    TalkMutations,
):
    """Root of writes."""


@strawberry.type(description="Everything that can be followed as it happens.")
class Subscription(LiveSubscriptions):
    """Root of subscriptions."""


schema = build_schema(Query, Mutation, Subscription)
