/** Where in a JSON text a path leads, so that what is wrong can be shown in its place. */

export interface Place {
  /** Offsets in the text. */
  start: number;
  end: number;
  /** Counted from 1. */
  line: number;
}

const SPACE = /\s/;

/** The value at `path` (`catalog.categories.0.name`), or the nearest one above it that there is. */
export function placeOf(text: string, path: string): Place | null {
  let at = 0;
  let found: [start: number, end: number] | null = null;
  let depth = -1;
  const wanted = path.split('.');

  const skip = () => {
    while (at < text.length && SPACE.test(text[at] as string)) at += 1;
  };
  const string = () => {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    return text.slice(start, at);
  };
  /** `matched`: how many of the wanted keys lead here; -1 beside the way. */
  const value = (matched: number): void => {
    skip();
    const start = at;
    if (text[at] === '{' || text[at] === '[') {
      const list = text[at] === '[';
      at += 1;
      for (let index = 0; at < text.length; index += 1) {
        skip();
        if (text[at] === '}' || text[at] === ']') break;
        let key = String(index);
        if (!list) {
          key = JSON.parse(string()) as string;
          skip();
          at += 1; // the colon
        }
        value(matched >= 0 && wanted[matched] === key ? matched + 1 : -1);
        skip();
        if (text[at] === ',') at += 1;
      }
      at += 1;
    } else if (text[at] === '"') {
      string();
    } else {
      while (at < text.length && !/[,\]}\s]/.test(text[at] as string)) at += 1;
    }
    if (matched > depth) {
      depth = matched;
      found = [start, at];
    }
  };
  try {
    value(0);
  } catch {
    return null; // it is no JSON
  }
  if (!found) return null;
  const [start, end] = found as [number, number];
  return { start, end, line: text.slice(0, start).split('\n').length };
}

/** Why a text is no JSON, and on which line; null when it is. */
export function faultIn(text: string): { reason: string; line: number } | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const line = /line (\d+)/.exec(reason)?.[1];
    const position = /position (\d+)/.exec(reason)?.[1];
    const counted = position ? text.slice(0, Number(position)).split('\n').length : text.split('\n').length;
    return { reason: reason.replace(/ \(line .*\)$/, ''), line: line ? Number(line) : counted };
  }
}
