import { expect, test } from 'vitest';
import { partsOf } from './kind';

test('an event is a thing and what happened to it', () => {
  expect(partsOf('invoice.payment_failed')).toEqual({ thing: 'invoice', deed: 'payment_failed' });
  expect(partsOf('customer.subscription.deleted')).toEqual({ thing: 'subscription', deed: 'deleted' });
  expect(partsOf('checkout.session.completed')).toEqual({ thing: 'checkout', deed: 'completed' });
  expect(partsOf('customer.deleted')).toEqual({ thing: 'customer', deed: 'deleted' });
  expect(partsOf('odd')).toEqual({ thing: '', deed: 'odd' });
});
