"""What the operator of a world offers: settings, places, services, prices."""

from kernel.crypto import blind_index
from kernel.meters import PRESENT, Meter
from tenants.access.models import ApiKey, RegisteredDocument, Role, Session
from tenants.brand.models import Bulletin, CalendarDay, Settings
from tenants.catalog.declaration import default_declaration
from tenants.catalog.models import (
    Case,
    CasePicture,
    CatalogImport,
    Faq,
    Favourite,
    Line,
    Seen,
    Service,
    ServiceKind,
)
from tenants.catalog.services import version_of
from tenants.journal.models import UsageCount
from tenants.pricing.models import Step
from tenants.promotions.models import Code, Membership, Promotion, ReferralCode
from tests.support.asking import ROWS
from tests.support.database import SOME_DAY
from tests.support.factories import (
    AddressFactory,
    CategoryFactory,
    MediaFactory,
    PlaceFactory,
    RuleFactory,
    ServiceFactory,
    TariffFactory,
    ZoneFactory,
)
from tests.support.world_maker import Maker

_USUAL = default_declaration(ServiceKind.PICK_UP).serialise()
BY_APPOINTMENT = {**_USUAL, "asked": {**_USUAL["asked"], "appointment": "optional"}}
"""More than a service can declare, so that every question of it has an answer."""


class OfferMaker(Maker):
    """Makes the rows that there are before anybody orders, each from those before it."""

    def offer(self) -> None:
        """All of them."""
        self._settings()
        self._third_party()
        self._usage()
        self._places()
        self._catalogue()
        self._promotions()
        self._prices()

    def _third_party(self) -> None:
        session = Session.objects.create(
            id=self.id(92),
            person_id=self.ines.id,
            token_digest=blind_index("session", f"{self.mark.slug}-{self.first}-key"),
            created_at=SOME_DAY,
            expires_at=SOME_DAY,
        )
        ApiKey.objects.create(
            id=self.id(90),
            session=session,
            name=self.text("till"),
            rights=["orders_read"],
            created_by_id=self.ines.id,
        )
        RegisteredDocument.objects.create(
            id=self.id(91),
            digest=f"sha256:{self.mark.slug}-{self.first}",
            name=self.text("board"),
            text="{ brand { currency } }",
            registered_by_id=self.ines.id,
            registered_at=SOME_DAY,
        )

    def _usage(self) -> None:
        UsageCount.objects.create(
            id=self.id(46), meter=Meter.COURIERS, period=PRESENT, amount=self.figure(12)
        )

    def _settings(self) -> None:
        Settings.objects.update(
            slogan=self.texts("slogan"),
            pause_message=self.texts("pause"),
            support_phone=self.text("hotline"),
        )
        CalendarDay.objects.create(
            id=self.id(47),
            date=SOME_DAY.date(),
            kind=CalendarDay.Kind.HOLIDAY,
            name=self.texts("holiday"),
        )
        Bulletin.objects.create(
            id=self.id(ROWS["Bulletin"]),
            title=self.texts("bulletin"),
            text=self.texts("announced"),
            shown_from=SOME_DAY,
            updated_at=SOME_DAY,
        )
        for role in Role.objects.all():
            role.name = self.texts(role.key)
            role.save()

    def _places(self) -> None:
        ZoneFactory(
            id=self.id(20),
            name=self.texts("zone"),
            around=(self.mark.degrees, self.mark.degrees),
            services=[str(self.id(26))],
        )
        campus = PlaceFactory(id=self.id(21), name=self.texts("campus"), **self.where)
        self.place = PlaceFactory(
            id=self.id(22), name=self.texts("gate"), parent=campus, **self.where
        )
        PlaceFactory(id=self.id(19), name=self.texts("gate"), parent=self.place, **self.where)
        self.address = {
            "contact_name": self.text("contact"),
            "phone": self.mark.phone,
            "text": self.text("address"),
            "door": self.text("door"),
        }
        AddressFactory(
            id=self.id(23),
            person_id=self.maya.id,
            details=self.address,
            place=self.place,
            **self.home,
        )

    def _promotions(self) -> None:
        promotion = Promotion.objects.create(
            id=self.id(55),
            name=self.texts("promotion"),
            amount=self.figure(13),
            threshold=10**9,
            starts_at=SOME_DAY,
            created_at=SOME_DAY,
        )
        Code.objects.create(
            id=self.id(56),
            promotion=promotion,
            code=self.text("code").upper()[:24],
            channel=self.text("channel"),
            created_at=SOME_DAY,
        )
        Membership.objects.create(
            id=self.id(57),
            person_id=self.maya.id,
            level=f"level_{self.mark.slug}",
            set_at=SOME_DAY,
        )
        ReferralCode.objects.create(person_id=self.maya.id, code=self.mark.slug.upper())

    def _catalogue(self) -> None:
        shelf = CategoryFactory(id=self.id(24), name=self.texts("shelf"))
        self.category = CategoryFactory(id=self.id(25), name=self.texts("box"), parent=shelf)
        self.service = ServiceFactory(
            id=self.id(26),
            category=self.category,
            name=self.texts("service"),
            summary=self.texts("summary"),
            description=self.texts("description"),
            declaration=BY_APPOINTMENT,
            duration_minutes=60,
            price_from=self.figure(1),
            price_currency=self.mark.currency,
        )
        self.version = version_of(self.service, at=SOME_DAY)
        self.version.id = self.id(27)
        self.version.save(force_insert=True)
        self.service.state, self.service.version = Service.State.PUBLISHED, self.version
        self.service.save()
        MediaFactory(id=self.id(28), service=self.service, alt=self.texts("picture"))
        self._content()

    def _content(self) -> None:
        Line.objects.create(
            id=self.id(50),
            key=f"{self.mark.slug}_{self.first}",
            name=self.texts("line"),
            kind=self.service.kind,
        )
        case = Case.objects.create(
            id=self.id(51),
            service=self.service,
            title=self.texts("case"),
            story=self.texts("story"),
            consent_at=SOME_DAY,
            shown=True,
            created_at=SOME_DAY,
        )
        CasePicture.objects.create(
            id=self.id(52),
            case=case,
            file="catalog/1.webp",
            width=1,
            height=1,
            alt=self.texts("after"),
            created_at=SOME_DAY,
        )
        Faq.objects.create(
            id=self.id(53),
            service=self.service,
            question={"fr": self.text("question")},  # which is neither operator's language
            answer={"fr": self.text("answer")},
        )

        Favourite.objects.create(person_id=self.maya.id, service=self.service, created_at=SOME_DAY)
        CatalogImport.objects.create(
            id=self.id(54),
            dry_run=True,
            total=1,
            changes=[{"row": 2, "name": self.text("import"), "what": "made"}],
            created_by=self.ines.id,
            created_at=SOME_DAY,
        )
        Seen.objects.create(person_id=self.maya.id, service=self.service, at=SOME_DAY)

    def _prices(self) -> None:
        RuleFactory(
            id=self.id(29),
            service=self.service,
            label=self.texts("rule"),
            params={"amount": self.figure(2)},
        )
        rule = {
            "step": Step.BASE,
            "service_id": None,
            "label": self.texts("base"),
            "params": {"amount": self.figure(3)},
        }
        self.tariff = TariffFactory(
            id=self.id(30), number=self.first + 1, currency=self.mark.currency, rules=[rule]
        )
