/** Days and hours of the operator's wall clock, and what lies where on them. */

export interface Block {
  id: string;
  startsAt: string;
  endsAt: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** The day of an instant in `zone`: 2026-11-22. */
export function dayOf(instant: string | number, zone: string): string {
  return formatFor(zone).format(new Date(instant)).slice(0, 10);
}

/** Minutes since midnight by the wall clock of `zone`. */
export function minutesOf(instant: string | number, zone: string): number {
  const [hours = 0, minutes = 0] = formatFor(zone).format(new Date(instant)).slice(12).split(":").map(Number);
  return hours * 60 + minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/** A day's name in the reader's language, with the parts of a date that are asked for. */
export function dayName(day: string, language: string, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...parts, timeZone: "UTC" }).format(noon(day));
}

/** Noon is the same day whatever the clock does. */
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
const written = (at: number) => new Date(at).toISOString().slice(0, 10);

export function dayAfter(day: string, days: number): string {
  return written(noon(day) + days * DAY_MS);
}

/** Monday of the week that `day` is in. */
export function mondayOf(day: string): string {
  const weekday = (new Date(noon(day)).getUTCDay() + 6) % 7;
  return dayAfter(day, -weekday);
}

export function weekOf(day: string): string[] {
  const monday = mondayOf(day);
  return Array.from({ length: 7 }, (_, at) => dayAfter(monday, at));
}

/** The instant of a wall-clock time; one that is skipped is read by the offset before it. */
export function instantOf(day: string, time: string, zone: string): string {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const offsetAt = (at: number) => Date.parse(`${dayOf(at, zone)}T00:00:00Z`) + minutesOf(at, zone) * MINUTE_MS - at;
  const before = wanted - offsetAt(wanted - DAY_MS);
  const at = wanted - offsetAt(before);
  const told = Date.parse(`${dayOf(at, zone)}T00:00:00Z`) + minutesOf(at, zone) * MINUTE_MS;
  return new Date(told === wanted ? at : before).toISOString();
}

/** Which minutes of `day` a block takes, by the wall clock; null if it does not touch the day. */
export function minutesOn(day: string, { startsAt, endsAt }: Omit<Block, "id">, zone: string): [number, number] | null {
  const [first, last] = [dayOf(startsAt, zone), dayOf(endsAt, zone)];
  if (first > day || last < day) return null;
  const from = first < day ? 0 : minutesOf(startsAt, zone);
  const to = last > day ? DAY_MINUTES : minutesOf(endsAt, zone);
  return to > from ? [from, to] : null;
}

export interface Placed<B> {
  block: B;
  from: number;
  to: number;
  lane: number;
}

/** The blocks of a day, each in the first lane that is free: what overlaps lies side by side. */
export function placed<B extends Block>(blocks: readonly B[], day: string, zone: string): { lanes: number; on: Placed<B>[] } {
  const ends: number[] = [];
  const on = blocks
    .flatMap((block) => {
      const minutes = minutesOn(day, block, zone);
      return minutes ? [{ block, from: minutes[0], to: minutes[1] }] : [];
    })
    .sort((one, other) => one.from - other.from || other.to - one.to)
    .map((each) => {
      const free = ends.findIndex((end) => end <= each.from);
      const lane = free === -1 ? ends.length : free;
      ends[lane] = each.to;
      return { ...each, lane };
    });
  return { lanes: Math.max(1, ends.length), on };
}

/** Hours to show: eight to eight, and further where something lies. */
export function hoursShown(all: readonly Placed<unknown>[]): [number, number] {
  const first = Math.min(8 * 60, ...all.map(({ from }) => from));
  const last = Math.max(20 * 60, ...all.map(({ to }) => to));
  return [Math.floor(first / 60), Math.ceil(last / 60)];
}
