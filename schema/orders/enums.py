"""The closed sets of values of orders."""

from enum import StrEnum

from schema.core.enums import described_enum
from tenants.orders import events, models, selectors, states

OrderState = models.OrderState
described_enum(
    OrderState,
    "Where an order is in its life.",
    name="OrderState",
    PLACED="Taken up from its quote; nobody has it yet.",
    OFFERED="Offers to couriers are out.",
    ACCEPTED="A courier has it.",
    DEPARTED="The courier is on the way to the current stop.",
    ARRIVED="The courier is at the current stop.",
    IN_PROGRESS="A stop is done, and there are more.",
    DELIVERED="Every stop is done.",
    COMPLETED="Confirmed, by the customer or by time; the money is released.",
    UNDELIVERABLE="It cannot be done at the current stop; staff decide how it goes on.",
    RETURNING="On its way back to the sender.",
    RETURNED="Handed back to the sender.",
    CANCELLED="Called off.",
)

OrderSort = selectors.OrderSort
described_enum(
    OrderSort,
    "In what order orders are listed.",
    name="OrderSort",
    PLACED_DOWN="The newest first.",
    PLACED_UP="The oldest first.",
    DUE_UP="What is to be done soonest first.",
    DUE_DOWN="What is to be done latest first.",
    TOTAL_UP="The cheapest first.",
    TOTAL_DOWN="The dearest first.",
)

PaymentMethod = models.PaymentMethod
described_enum(
    PaymentMethod,
    "How the customer pays.",
    name="PaymentMethod",
    ON_DELIVERY="To the courier, when the last stop is done.",
)

StopState = models.Stop.State
described_enum(
    StopState,
    "Where a stop of an order is.",
    name="StopState",
    PENDING="Still to come.",
    ARRIVED="The courier is there.",
    DONE="Completed with its proofs.",
)

ProofKind = models.Proof.Kind
described_enum(
    ProofKind,
    "What kind of evidence it is.",
    name="ProofKind",
    PHOTO="A photo taken there.",
    PIN="The customer's receipt PIN was told there.",
)


class OrderRole(StrEnum):
    """The roles of the table in tenants/orders/states.py."""

    CUSTOMER = states.CUSTOMER
    COURIER = states.COURIER
    STAFF = states.STAFF
    SYSTEM = states.SYSTEM


described_enum(
    OrderRole,
    "In which role somebody acts on an order.",
    CUSTOMER="Whoever ordered.",
    COURIER="Whoever has the order, or took it.",
    STAFF="The operator's back office.",
    SYSTEM="The product itself: time or dispatch.",
)


class OrderMove(StrEnum):
    """The moves of the table in tenants/orders/states.py."""

    OFFER = "offer"
    WITHDRAW_OFFERS = "withdraw_offers"
    ACCEPT = "accept"
    ASSIGN = "assign"
    GIVE_BACK = "give_back"
    DEPART = "depart"
    ARRIVE = "arrive"
    COMPLETE_STOP = "complete_stop"
    DELIVER = "deliver"
    CONFIRM = "confirm"
    GIVE_UP = "give_up"
    RETRY = "retry"
    RETURN_TO_SENDER = "return_to_sender"
    HAND_BACK = "hand_back"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    ABORT = "abort"


described_enum(
    OrderMove,
    "A step in an order's life, and the mutation that takes it.",
    OFFER="Offers go out; dispatch does it.",
    WITHDRAW_OFFERS="Nobody took it; dispatch does it.",
    ACCEPT="offerAccept.",
    ASSIGN="orderAssign.",
    GIVE_BACK="assignmentGiveBack.",
    DEPART="orderDepart.",
    ARRIVE="orderArrive.",
    COMPLETE_STOP="stopComplete, with more stops to come.",
    DELIVER="stopComplete, at the last stop.",
    CONFIRM="orderConfirm.",
    GIVE_UP="orderReportUndeliverable.",
    RETRY="orderRetry.",
    RETURN_TO_SENDER="orderReturn.",
    HAND_BACK="orderHandBack.",
    CANCEL="orderCancel, before anybody has it.",
    CALL_OFF="orderCancel, by the customer, once somebody has it; by the order's terms.",
    ABORT="orderCancel, by staff, once somebody has it.",
)

CancelReason = events.CancelReason
described_enum(
    CancelReason,
    "Why an order is cancelled.",
    CHANGED_MIND="It is not wanted any more.",
    TOO_SLOW="It took too long.",
    WRONG_DETAILS="Something in it is wrong.",
    NO_COURIER="Nobody can do it.",
    NOT_POSSIBLE="It cannot be done.",
    OTHER="Something else.",
)

GiveBackReason = events.GiveBackReason
described_enum(
    GiveBackReason,
    "Why a courier gives a job back.",
    TOO_FAR="It is too far.",
    TOO_HEAVY="It is too heavy or too large.",
    NO_TIME="There is no time for it.",
    VEHICLE="Something is wrong with the vehicle.",
    UNWELL="The courier is unwell.",
    OTHER="Something else.",
)

UndeliverableReason = events.UndeliverableReason
described_enum(
    UndeliverableReason,
    "Why an order cannot be done at a stop.",
    NOBODY_THERE="Nobody is there.",
    WRONG_ADDRESS="The address is wrong.",
    NO_ACCESS="There is no way in.",
    NOT_READY="What is to be fetched is not there.",
    REFUSED="It was refused.",
    DAMAGED="It is damaged.",
    OTHER="Something else.",
)
