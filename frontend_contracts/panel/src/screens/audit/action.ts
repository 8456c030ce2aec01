/** An action's name in words: `zoneSave` and `impersonation.started` are a thing and what was done to it. */

export interface Parts {
  thing: string;
  deed: string;
}

/** `courierHoursSet` is courierHours and Set; `membership.set` is membership and Set. */
export function partsOf(action: string): Parts {
  const [before = "", after] = action.split(".");
  if (after !== undefined) return { thing: camel(before), deed: after.charAt(0).toUpperCase() + camel(after).slice(1) };
  const [, thing = action, deed = ""] = /^([a-z]\w*?)([A-Z][a-z0-9]*)$/.exec(action) ?? [];
  return { thing, deed };
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
