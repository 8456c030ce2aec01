/** Where in the editor something is wrong, out of the paths that the server gives. */

import type { Draft } from "./model";

export const SECTIONS = [
  "basics",
  "asked",
  "form",
  "stops",
  "steps",
  "requirements",
  "notices",
  "cancellation",
  "price",
  "pictures",
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Place {
  section: Section;
  /** Of a list: which of it, by the id of its row. */
  item?: string;
  /** The member that is wrong: `label`, `when`, `name`. */
  part?: string;
}

const PLAIN: Record<string, Section> = {
  name: "basics",
  summary: "basics",
  description: "basics",
  categoryId: "basics",
  lineId: "basics",
  kind: "basics",
  position: "basics",
  durationMinutes: "basics",
  media: "pictures",
};
const LISTS = ["form", "stops", "steps", "notices"] as const;

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The place of `form.2.options.0.label`, `stops.0.kind`, `name.en`, `asked.parcelCode`. */
export function placeOf(path: string, draft: Draft): Place {
  const [head = "", ...rest] = path.replace(/^(input|declaration)\./, "").split(".").map(camel);
  const plain = PLAIN[head];
  if (plain) return { section: plain, part: head };
  const list = LISTS.find((each) => each === head);
  if (list) {
    const row = draft[list][Number(rest[0])];
    const part = rest.find((each, index) => index > 0 && !/^\d+$/.test(each));
    return { section: list, ...(row && { item: row.id }), ...(part && { part }) };
  }
  const section = SECTIONS.find((each) => each === head);
  return section ? { section, ...(rest[0] && { part: rest[0] }) } : { section: "basics" };
}

/** The id of the element where it is. */
export const anchorOf = ({ section, item }: Place) => (item ? `at-${section}-${item}` : `at-${section}`);
