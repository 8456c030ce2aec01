/** `invoice.payment_failed` is a thing and what happened to it. */
export function partsOf(kind: string): { thing: string; deed: string } {
  const parts = kind.split('.');
  const deed = parts.pop() ?? '';
  const last = parts.at(-1) ?? '';
  // checkout.session.completed is of a checkout, customer.subscription.deleted of a subscription.
  return { thing: last === 'session' ? 'checkout' : last, deed };
}
