import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { ROOT, written } from './operations.ts';

const GENERATED = join(ROOT, 'client/src/generated');
const DOCUMENT = /= \{"__meta__":\{"hash":"(sha256:[0-9a-f]{64})"\}.*\} as unknown as DocumentNode</g;
const FRAGMENT = /^export const \w+FragmentDoc = .*;\n/gm;

/**
 * The end of `npm run generate`: manifest.json, which servers read, and documents that are sent by
 * their ids alone, so that no bundle carries their text.
 */
export function finish(): void {
  const texts = JSON.parse(
    readFileSync(join(GENERATED, 'persisted-documents.json'), 'utf8'),
  ) as Record<string, string>;

  const places = new Map<string, { role: string; file: string }>();
  for (const { role, file, definition } of written()) {
    if (definition.kind !== 'OperationDefinition') continue;
    const name = definition.name?.value;
    if (name === undefined) throw new Error(`${file}: an operation has no name`);
    if (places.has(name)) throw new Error(`${file}: ${name} is there twice`);
    places.set(name, { role, file });
  }

  const documents = Object.entries(texts).map(([id, text]) => {
    const operation = parse(text).definitions.find((each) => each.kind === 'OperationDefinition');
    const name = operation?.name?.value ?? '';
    const place = places.get(name);
    if (operation === undefined || place === undefined) throw new Error(`${name} is nowhere`);
    return { id, name, kind: operation.operation, ...place, text };
  });
  documents.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (documents.length !== places.size) throw new Error('two operations are the same document');
  const byId = Object.fromEntries(documents.map(({ id, ...rest }) => [id, rest]));
  writeFileSync(join(ROOT, 'manifest.json'), `${JSON.stringify({ documents: byId }, null, 1)}\n`);

  const path = join(GENERATED, 'graphql.ts');
  const byHash = new Map(documents.map((document) => [document.id, document]));
  let count = 0;
  const generated = readFileSync(path, 'utf8').replace(FRAGMENT, '');
  const short = generated.replace(DOCUMENT, (_all, id: string) => {
    count += 1;
    // Of the text only its kind and its name are left, which clients want to know.
    const { kind, name } = byHash.get(id) ?? { kind: '', name: '' };
    const operation = {
      kind: 'OperationDefinition',
      operation: kind,
      name: { kind: 'Name', value: name },
      selectionSet: { kind: 'SelectionSet', selections: [] },
    };
    const document = { kind: 'Document', documentId: id, definitions: [operation] };
    return `= ${JSON.stringify(document)} as unknown as DocumentNode<`;
  });
  if (count !== documents.length) throw new Error(`${count} documents of ${documents.length}`);
  writeFileSync(path, short);
  // The function graphql() holds the text of every document: no bundle should have that.
  for (const file of ['gql.ts', 'index.ts']) rmSync(join(GENERATED, file));
}
