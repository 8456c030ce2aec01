"""Money follows the order: due when placed, collected at delivery, shared out at completion.

Each function is called in the transaction of the order's event. Debit is positive.

| event | entries |
|---|---|
| order.delivered | courier_cash +total, clearing -total |
| order.completed | clearing +total, courier_earnings -(total - commission), revenue -commission |
"""

from uuid import UUID

from kernel.events import Fact
from tenants.ledger.models import Account
from tenants.ledger.services import Line, posting_make
from tenants.orders.models import Order
from tenants.payments.models import Payment


def payment_due(fact: Fact) -> None:
    """The customer owes the order's price."""
    order = Order.objects.get(id=fact.subject)
    Payment.objects.create(order=order, amount=order.total, currency=order.currency)


def payment_collected(fact: Fact) -> None:
    """The courier has taken the cash and holds it for the operator."""
    payment = _payment(fact.subject)
    payment.state = Payment.State.COLLECTED
    payment.collected_at = fact.at
    payment.collected_by_id = payment.order.courier_id
    payment.save(update_fields=["state", "collected_at", "collected_by"])
    posting_make(
        cause=f"order:{fact.subject}:collected",
        subject_id=fact.subject,
        currency=payment.currency,
        lines=[
            Line(Account.Kind.COURIER_CASH, payment.order.courier_id, payment.amount),
            Line(Account.Kind.CLEARING, None, -payment.amount),
        ],
        at=fact.at,
    )


def payment_released(fact: Fact) -> None:
    """What was collected is the courier's, less the operator's commission."""
    payment = _payment(fact.subject)
    commission = payment.order.commission
    earned = payment.amount - commission
    posting_make(
        cause=f"order:{fact.subject}:completed",
        subject_id=fact.subject,
        currency=payment.currency,
        lines=[
            Line(Account.Kind.CLEARING, None, payment.amount),
            Line(Account.Kind.COURIER_EARNINGS, payment.order.courier_id, -earned),
            Line(Account.Kind.REVENUE, None, -commission),
        ],
        at=fact.at,
    )


def payment_void(fact: Fact) -> None:
    """Nothing is owed for an order that was cancelled or brought back."""
    payment = _payment(fact.subject)
    payment.state = Payment.State.VOID
    payment.save(update_fields=["state"])


def _payment(order_id: UUID) -> Payment:
    """The order's payment; the order's lock, which the caller holds, guards it."""
    return Payment.objects.select_related("order").get(order_id=order_id)
