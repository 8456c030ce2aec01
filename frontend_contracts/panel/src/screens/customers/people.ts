/** Customers out of what the API lists: orders, and memberships. */

export interface OrderOf {
  id: string;
  number: string;
  placedAt: string;
  customerId?: string | null;
}

export interface MemberOf {
  customerId: string;
  level: string;
  validUntil?: string | null;
}

export interface Customer<O extends OrderOf, M extends MemberOf> {
  id: string;
  orders: O[];
  membership: M | null;
}

/** One row for each customer: who ordered last comes first, members without an order after them. */
export function customersOf<O extends OrderOf, M extends MemberOf>(orders: readonly O[], members: readonly M[]): Customer<O, M>[] {
  const found = new Map<string, Customer<O, M>>();
  const customer = (id: string) => {
    const known = found.get(id) ?? { id, orders: [], membership: null };
    found.set(id, known);
    return known;
  };
  for (const order of orders) if (order.customerId) customer(order.customerId).orders.push(order);
  for (const member of members) customer(member.customerId).membership = member;
  const last = ({ orders: [newest] }: Customer<O, M>) => (newest ? Date.parse(newest.placedAt) : 0);
  return [...found.values()].sort((one, other) => last(other) - last(one));
}
