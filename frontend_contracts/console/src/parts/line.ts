/** What was typed over several lines as one: the platform keeps reasons and notices as lines. */
export function oneLine(typed: string): string {
  return typed.replace(/\s+/g, ' ').trim();
}
