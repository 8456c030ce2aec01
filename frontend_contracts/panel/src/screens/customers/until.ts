import { dayOf } from "../calendar/layout";

/** The last day on which something holds: what ends at midnight ended the day before. */
export const lastDay = (until: string, zone: string) => dayOf(Date.parse(until) - 1, zone);
