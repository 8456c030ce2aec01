"""The one schema, composed of the capabilities."""

import strawberry

from schema.access.customers import CustomerQueries
from schema.access.keys import KeyMutations, KeyQueries
from schema.access.mutations import AccessMutations
from schema.access.queries import AccessQueries
from schema.billing.mutations import BillingMutations
from schema.billing.queries import BillingQueries
from schema.booking.mutations import BookingMutations
from schema.booking.queries import BookingQueries
from schema.brand.bulletins import BulletinMutations, BulletinQueries
from schema.brand.mutations import BrandMutations
from schema.brand.queries import BrandQueries
from schema.brand.untranslated import UntranslatedQueries
from schema.catalog.content_mutations import ContentMutations
from schema.catalog.imports import ImportMutations, ImportQueries
from schema.catalog.line_mutations import LineMutations
from schema.catalog.mutations import CatalogMutations
from schema.catalog.personal import PersonalMutations, PersonalQueries
from schema.catalog.photos import PhotoMutations
from schema.catalog.queries import CatalogQueries
from schema.catalog.search import SearchQueries
from schema.core.build import build_schema
from schema.core.nodes import NodeQueries
from schema.couriers.mutations import CourierMutations
from schema.couriers.queries import CourierQueries
from schema.dispatch.mutations import DispatchMutations
from schema.dispatch.queries import DispatchQueries
from schema.insights.queries import InsightQueries
from schema.journal.queries import JournalQueries
from schema.live.queries import LiveQueries
from schema.live.subscriptions import LiveSubscriptions
from schema.orders.mutations import OrderMutations
from schema.orders.queries import OrderQueries
from schema.payments.queries import PaymentQueries
from schema.places.mutations import PlacesMutations
from schema.places.queries import PlacesQueries
from schema.pricing.courier_mutations import CourierPriceMutations
from schema.pricing.mutations import PricingMutations
from schema.pricing.queries import PricingQueries
from schema.pricing.sheets import SheetMutations, SheetQueries
from schema.pricing.trials import TrialMutations
from schema.promotions.mutations import PromotionMutations
from schema.promotions.queries import PromotionQueries
from schema.registry.mutations import RegistryMutations
from schema.registry.queries import RegistryQueries
from schema.talk.following import FollowingMutations, FollowingQueries
from schema.talk.mutations import TalkMutations
from schema.talk.providers import ProviderMutations, ProviderQueries
from schema.talk.queries import TalkQueries


@strawberry.type(description="Everything that can be read.")
class Query(
    NodeQueries,
    RegistryQueries,
    BillingQueries,
    JournalQueries,
    AccessQueries,
    CustomerQueries,
    KeyQueries,
    BrandQueries,
    BulletinQueries,
    UntranslatedQueries,
    PlacesQueries,
    CatalogQueries,
    SearchQueries,
    PersonalQueries,
    ImportQueries,
    PricingQueries,
    SheetQueries,
    PromotionQueries,
    CourierQueries,
    BookingQueries,
    OrderQueries,
    DispatchQueries,
    PaymentQueries,
    TalkQueries,
    FollowingQueries,
    ProviderQueries,
    InsightQueries,
    LiveQueries,
):
    """Root of reads."""


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    RegistryMutations,
    BillingMutations,
    AccessMutations,
    KeyMutations,
    BrandMutations,
    BulletinMutations,
    PlacesMutations,
    CatalogMutations,
    LineMutations,
    ContentMutations,
    PersonalMutations,
    PhotoMutations,
    ImportMutations,
    PricingMutations,
    PromotionMutations,
    TrialMutations,
    SheetMutations,
    CourierPriceMutations,
    CourierMutations,
    BookingMutations,
    OrderMutations,
    DispatchMutations,
    TalkMutations,
    FollowingMutations,
    ProviderMutations,
):
    """Root of writes."""


@strawberry.type(description="Everything that can be followed as it happens.")
class Subscription(LiveSubscriptions):
    """Root of subscriptions."""


schema = build_schema(Query, Mutation, Subscription)
