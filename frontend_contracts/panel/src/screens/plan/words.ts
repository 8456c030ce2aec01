/** Figures of a meter as people read them. */

import type { Meter } from '@daiqu/client';
import { useFormat } from '@daiqu/kit';
import { useCallback } from 'react';

export function useFigures(): (meter: Meter, value: number) => string {
  const format = useFormat();
  return useCallback(
    (meter, value) => {
      if (meter === 'STORAGE') return format.bytes(value);
      return meter === 'TURNOVER' ? format.money(value) : format.number(value);
    },
    [format],
  );
}
