"""What becomes of each column in a sandbox: the one table, by model and field.

Every encrypted field and every column that can hold words, documents, digests or positions is
here, or its whole table is; a test goes through the models and names the one that is not. What is
not here (keys, numbers, times, choices) is copied as it is.
"""

from enum import Enum
from typing import Final


class Mask(Enum):
    """What a value becomes."""

    KEEP = "as it is: the operator's own words, figures, settings"
    EMPTY = "nothing"
    NAME = "another name"
    PHONE = "a number that nobody can have"
    EMAIL = "an address that no mail reaches"
    ADDRESS = "another building"
    DOOR = "another door"
    CODE = "other digits and letters of the same shape"
    THING = "another thing"
    NOTE = "other words"
    BLUR = "a position within half a kilometre"
    DOCUMENT = "a document whose values are masked by their keys"
    PHONE_INDEX = "the blind index of the phone beside it, as masked"
    EMAIL_INDEX = "the blind index of the email beside it, as masked"
    PICTURE = "as it is, and the file it names is copied; every other file is a stand-in"
    FILE = "as it is, and the file it names is a stand-in"


DROPPED: Final = frozenset(
    {
        "access.Session",
        "access.Invitation",
        "access.PhoneCode",
        "access.Attempt",
        "access.SecurityEvent",
        "access.ApiKey",
        "access.RegisteredDocument",
        "journal.IdempotencyKey",
        "journal.AuditEntry",
    }
)
"""Tables that a sandbox begins without: secrets under the other key, and who did what."""

FIELDS: Final = {
    "journal.Event.stream": Mask.KEEP,
    "journal.Event.kind": Mask.KEEP,
    "journal.Event.data": Mask.KEEP,
    "journal.UsageCount.meter": Mask.KEEP,
    "access.Person.name": Mask.NAME,
    "access.Person.phone": Mask.PHONE,
    "access.Person.phone_index": Mask.PHONE_INDEX,
    "access.Person.email": Mask.EMAIL,
    "access.Person.email_index": Mask.EMAIL_INDEX,
    "access.Person.password": Mask.EMPTY,
    "access.Person.language": Mask.KEEP,
    "access.Role.key": Mask.KEEP,
    "access.Role.name": Mask.KEEP,
    "access.Role.rights": Mask.KEEP,
    "brand.Settings.name": Mask.KEEP,
    "brand.Settings.slogan": Mask.KEEP,
    "brand.Settings.primary_color": Mask.KEEP,
    "brand.Settings.accent_color": Mask.KEEP,
    "brand.Settings.logo": Mask.PICTURE,
    "brand.Settings.language": Mask.KEEP,
    "brand.Settings.more_languages": Mask.KEEP,
    "brand.Settings.currency": Mask.KEEP,
    "brand.Settings.time_zone": Mask.KEEP,
    "brand.Settings.support_phone": Mask.PHONE,
    "brand.Settings.pause_message": Mask.KEEP,
    "brand.CalendarDay.name": Mask.KEEP,
    "brand.Settings.modules_off": Mask.KEEP,
    "brand.Bulletin.title": Mask.KEEP,
    "brand.Bulletin.text": Mask.KEEP,
    "brand.CalendarDay.country": Mask.KEEP,
    "places.Place.name": Mask.KEEP,
    "places.Place.latitude": Mask.KEEP,
    "places.Place.longitude": Mask.KEEP,
    "places.Place.hours": Mask.KEEP,
    "places.Zone.name": Mask.KEEP,
    "places.Zone.polygon": Mask.KEEP,
    "places.Zone.services": Mask.KEEP,
    "places.Address.details": Mask.DOCUMENT,
    "places.Address.latitude": Mask.BLUR,
    "places.Address.longitude": Mask.BLUR,
    "ledger.Account.currency": Mask.KEEP,
    "ledger.Posting.cause": Mask.KEEP,
    "couriers.Courier.display_name": Mask.NAME,
    "couriers.Courier.introduction": Mask.NOTE,
    "couriers.Courier.exams": Mask.KEEP,
    "couriers.Courier.gender": Mask.EMPTY,
    "couriers.Courier.review_note": Mask.NOTE,
    "couriers.Document.file": Mask.FILE,
    "couriers.Document.sha256": Mask.KEEP,
    "couriers.Presence.latitude": Mask.BLUR,
    "couriers.Presence.longitude": Mask.BLUR,
    "couriers.HoursException.spans": Mask.KEEP,
    "couriers.Absence.reason": Mask.NOTE,
    "booking.Booking.latitude": Mask.BLUR,
    "booking.Booking.longitude": Mask.BLUR,
    "booking.Recurrence.latitude": Mask.BLUR,
    "booking.Recurrence.longitude": Mask.BLUR,
    "catalog.Category.name": Mask.KEEP,
    "catalog.Service.name": Mask.KEEP,
    "catalog.Service.summary": Mask.KEEP,
    "catalog.Service.description": Mask.KEEP,
    "catalog.Service.declaration": Mask.KEEP,
    "catalog.Service.price_currency": Mask.KEEP,
    "catalog.ServiceVersion.name": Mask.KEEP,
    "catalog.ServiceVersion.summary": Mask.KEEP,
    "catalog.ServiceVersion.description": Mask.KEEP,
    "catalog.ServiceVersion.declaration": Mask.KEEP,
    "catalog.Service.search_name": Mask.KEEP,
    "catalog.Service.search_text": Mask.KEEP,
    "catalog.Service.staff_gender": Mask.KEEP,
    "catalog.Line.key": Mask.KEEP,
    "catalog.Line.name": Mask.KEEP,
    "catalog.Line.hours": Mask.KEEP,
    "catalog.Media.file": Mask.PICTURE,
    "catalog.Media.alt": Mask.KEEP,
    "catalog.Case.title": Mask.KEEP,
    "catalog.Case.story": Mask.KEEP,
    "catalog.CasePicture.file": Mask.FILE,
    "catalog.CasePicture.alt": Mask.KEEP,
    "catalog.FormPhoto.file": Mask.FILE,
    "catalog.Faq.question": Mask.KEEP,
    "catalog.Faq.answer": Mask.KEEP,
    "catalog.CatalogImport.rows": Mask.KEEP,
    "catalog.CatalogImport.problems": Mask.KEEP,
    "catalog.CatalogImport.changes": Mask.KEEP,
    "pricing.Rule.label": Mask.KEEP,
    "pricing.Rule.params": Mask.KEEP,
    "promotions.Promotion.name": Mask.KEEP,
    "promotions.Promotion.services": Mask.KEEP,
    "promotions.Code.code": Mask.KEEP,
    "promotions.Code.channel": Mask.KEEP,
    "promotions.Promotion.bundle": Mask.KEEP,
    "promotions.Membership.level": Mask.KEEP,
    "promotions.ReferralCode.code": Mask.KEEP,
    "pricing.Rule.when": Mask.KEEP,
    "pricing.CourierPrice.note": Mask.NOTE,
    "pricing.Tariff.currency": Mask.KEEP,
    "pricing.Tariff.rules": Mask.KEEP,
    "pricing.Quote.currency": Mask.KEEP,
    "pricing.Quote.distance_method": Mask.KEEP,
    "pricing.Quote.inputs": Mask.DOCUMENT,
    "pricing.Quote.stops": Mask.DOCUMENT,
    "pricing.Quote.answers": Mask.DOCUMENT,
    "pricing.QuoteLine.label": Mask.KEEP,
    "pricing.QuoteLine.inputs": Mask.KEEP,
    "orders.Order.number": Mask.KEEP,
    "orders.Order.currency": Mask.KEEP,
    "orders.Order.note": Mask.NOTE,
    "orders.Order.cancel_fees": Mask.KEEP,
    "orders.Stop.latitude": Mask.BLUR,
    "orders.Stop.longitude": Mask.BLUR,
    "orders.Stop.address": Mask.DOCUMENT,
    "orders.Stop.pin": Mask.CODE,
    "orders.Item.name": Mask.THING,
    "orders.StepDone.key": Mask.KEEP,
    "orders.Proof.file": Mask.FILE,
    "orders.Proof.sha256": Mask.KEEP,
    "orders.Proof.previous_hash": Mask.KEEP,
    "orders.Proof.hash": Mask.KEEP,
    "dispatch.Assignment.reason": Mask.NOTE,
    "payments.Payment.currency": Mask.KEEP,
    "talk.Review.text": Mask.NOTE,
}

KEYS: Final = {
    "contact_name": Mask.NAME,
    "phone": Mask.PHONE,
    "text": Mask.ADDRESS,
    "door": Mask.DOOR,
    "parcel_code": Mask.CODE,
    "name": Mask.THING,
    "latitude": Mask.BLUR,
    "longitude": Mask.BLUR,
    "kind": Mask.KEEP,
    "place_id": Mask.KEEP,
    "facts": Mask.KEEP,
    "answers": Mask.KEEP,
    "label": Mask.KEEP,
    "promotion": Mask.KEEP,
    "promotion_id": Mask.KEEP,
    "code_id": Mask.KEEP,
}
"""Of a document's values. Words under any other key become other words; figures stay."""

BESIDE: Final = {Mask.PHONE_INDEX: "phone", Mask.EMAIL_INDEX: "email"}
"""The field of the same row that an index is of."""
