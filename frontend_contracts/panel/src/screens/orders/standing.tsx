/** Where an order stands, as a mark: its state, or that it waits for its appointment. */

import type { OperatorOrderRowFragment } from '@daiqu/client';
import { StateTag, useTexts } from '@daiqu/kit';
import { isBooked, ORDER_MOODS, orderWords } from './words';

export function Standing({ order }: { order: Pick<OperatorOrderRowFragment, 'state' | 'booking'> }) {
  const words = useTexts(orderWords);
  if (isBooked(order)) return <StateTag mood="run">{words('booked')}</StateTag>;
  return <StateTag mood={ORDER_MOODS[order.state]}>{words(`state.${order.state}`)}</StateTag>;
}
