/** What is off after one part was switched. */

import type { Module } from '@daiqu/client';

export function switched(off: readonly Module[], module: Module, on: boolean): Module[] {
  const others = off.filter((each) => each !== module);
  return on ? others : [...others, module];
}
