"""The enums of a declaration."""

from schema.core.enums import described_enum
from tenants.catalog.declaration import form, terms, work

StopKind = work.StopKind
described_enum(
    StopKind,
    "What happens at a stop.",
    PICK_UP="Something is taken over.",
    DROP_OFF="Something is handed over.",
    ON_SITE="The work is done here.",
)
Need = work.Need
described_enum(
    Need,
    "Whether a proof or a field is asked for.",
    OFF="Not asked.",
    OPTIONAL="May be given.",
    REQUIRED="Must be given.",
)
FormFieldType = form.FieldType
described_enum(
    FormFieldType,
    "What an answer is.",
    name="FormFieldType",
    LINE="A line of text.",
    PROSE="Text of several lines.",
    NUMBER="A whole number.",
    CHOICE="One of the options.",
    CHOICES="One or more of the options.",
    YES_NO="Yes or no.",
    DATE="A date, YYYY-MM-DD.",
    TIME="A time of day, HH:MM.",
    PHONE="A phone number.",
    TRACKING_NUMBER="A carrier's tracking number.",
    PHOTO="Pictures, sent before by `formPhotoUpload`; a list of what it answered.",
)
Certificate = terms.Certificate
described_enum(
    Certificate,
    "Evidence of a courier's that staff have checked.",
    name="Certificate",
    IDENTITY="An identity card.",
    HEALTH="A health certificate.",
    SKILL="A certificate of a trade.",
)
Gender = terms.Gender
described_enum(
    Gender, "Whom a service may ask for, where the law lets it.", FEMALE="Women.", MALE="Men."
)
CancelStage = terms.CancelStage
described_enum(
    CancelStage,
    "How far an order is when its customer cancels it.",
    name="CancelStage",
    PLACED="Nobody has taken it yet.",
    ACCEPTED="A courier has taken it.",
    DEPARTED="The courier is on the way.",
    ARRIVED="The courier is there.",
)
NoticeAudience = terms.Audience
described_enum(
    NoticeAudience,
    "Who is told.",
    name="NoticeAudience",
    CUSTOMER="Whoever ordered.",
    COURIER="Whoever carries it out.",
)
