"""The tables of the catalogue."""

from tenants.catalog.models.content import Case, CasePicture, Faq, Media, Moment
from tenants.catalog.models.imports import CatalogImport
from tenants.catalog.models.personal import Chosen, Favourite, Preference, Seen
from tenants.catalog.models.photos import FormPhoto
from tenants.catalog.models.services import Category, Line, Service, ServiceKind, ServiceVersion

__all__ = [
    "Case",
    "CasePicture",
    "CatalogImport",
    "Category",
    "Chosen",
    "Faq",
    "Favourite",
    "FormPhoto",
    "Line",
    "Media",
    "Moment",
    "Preference",
    "Seen",
    "Service",
    "ServiceKind",
    "ServiceVersion",
]
