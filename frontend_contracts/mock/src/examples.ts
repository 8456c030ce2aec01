import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CONTRACT = fileURLToPath(new URL('../../', import.meta.url));

export interface Example {
  operation: string;
  documentId: string;
  role: string;
  variables: Record<string, unknown>;
  answer: { data?: Record<string, unknown> | null };
}

export interface Document {
  name: string;
  kind: string;
  role: string;
  text: string;
}

/** Every recorded example, by the id of its document. */
export function examples(): Map<string, Example> {
  const folder = join(CONTRACT, 'examples');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Example);
  return new Map(found.map((example) => [example.documentId, example]));
}

/** The trusted documents by their ids. */
export function documents(): Map<string, Document> {
  const manifest = JSON.parse(readFileSync(join(CONTRACT, 'manifest.json'), 'utf8')) as {
    documents: Record<string, Document>;
  };
  return new Map(Object.entries(manifest.documents));
}

interface Row extends Record<string, unknown> {
  __typename: string;
}

/** Every object in the examples that says its type: what invented answers are made of. */
export function rowsByType(all: Iterable<Example>): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      const { __typename } = value as Partial<Row>;
      if (typeof __typename === 'string') {
        found.set(__typename, [...(found.get(__typename) ?? []), value as Row]);
      }
      Object.values(value).forEach(collect);
    }
  };
  for (const { answer } of all) collect(answer.data);
  return found;
}
