/** How a promotion stands, and what its codes brought. */

import type { Mood } from "@daiqu/kit";

export type Standing = "PLANNED" | "RUNNING" | "USED_UP" | "ENDED";

export const STANDING_MOODS: Record<Standing, Mood> = { PLANNED: "wait", RUNNING: "good", USED_UP: "bad", ENDED: "off" };

interface Bounds {
  startsAt: string;
  endsAt?: string | null | undefined;
  budget?: number | null | undefined;
  spent?: number | null | undefined;
  usesLimit?: number | null | undefined;
  uses?: number | null | undefined;
}

export function standingOf({ startsAt, endsAt, budget, spent, usesLimit, uses }: Bounds, now: number): Standing {
  if (endsAt && Date.parse(endsAt) <= now) return "ENDED";
  const full = (limit: number | null | undefined, used: number | null | undefined) => limit != null && (used ?? 0) >= limit;
  if (full(budget, spent) || full(usesLimit, uses)) return "USED_UP";
  return Date.parse(startsAt) > now ? "PLANNED" : "RUNNING";
}

export interface Channel {
  channel: string;
  codes: number;
  uses: number;
}

/** Codes by the channel that they were handed out in, the most used first. */
export function channelsOf(codes: readonly { channel: string; uses: number }[]): Channel[] {
  const channels = new Map<string, Channel>();
  for (const { channel, uses } of codes) {
    const known = channels.get(channel) ?? { channel, codes: 0, uses: 0 };
    channels.set(channel, { channel, codes: known.codes + 1, uses: known.uses + uses });
  }
  return [...channels.values()].sort((one, other) => other.uses - one.uses || one.channel.localeCompare(other.channel));
}
