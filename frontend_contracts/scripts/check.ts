// `npm run check`: what must hold of the contract beside its types. Ends with 1 and says what does not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { ESLint } from 'eslint';
import { buildSchema, print } from 'graphql';
import { ROOT, written } from './operations.ts';
import { relayCompiles } from './relay.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const wrong: string[] = [];

/** The changes since the last release that break a client, each by the path that the change log must name. */
async function unannounced(): Promise<string[]> {
  const before = buildSchema(read('released.graphql'), { assumeValidSDL: true });
  const now = buildSchema(read('schema.graphql'), { assumeValidSDL: true });
  const announced = read('CHANGELOG.md').split('\n## ')[1] ?? '';
  const changes = await diff(before, now);
  return changes
    .filter((change) => change.criticality.level === CriticalityLevel.Breaking)
    .filter((change) => !announced.includes(`\`${change.path ?? ''}\``))
    .map((change) => `breaks clients, and CHANGELOG.md does not name \`${change.path ?? ''}\`: ${change.message}`);
}

/** The manifest against operations/: `npm run generate` makes it. */
function drift(): string[] {
  const manifest = JSON.parse(read('manifest.json')) as {
    documents: Record<string, { name: string; text: string }>;
  };
  const known = new Set(Object.values(manifest.documents).map((document) => document.name));
  return written()
    .filter(({ definition }) => definition.kind === 'OperationDefinition')
    .map(({ definition }) => ('name' in definition ? (definition.name?.value ?? '') : print(definition)))
    .filter((name) => !known.has(name))
    .map((name) => `${name} is not in manifest.json: npm run generate`);
}

const MOST_PROBLEMS_PER_TYPE = 0.4;

/** What @graphql-eslint's recommended rules find in the schema and in what is sent. */
async function problems(): Promise<string[]> {
  const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: 'eslint.graphql.config.js' });
  const results = await eslint.lintFiles(['schema.graphql', 'operations/**/*.graphql']);
  const messages = results.flatMap((result) => result.messages);
  const types = Object.keys(buildSchema(read('schema.graphql')).getTypeMap());
  const count = types.filter((name) => !name.startsWith('__')).length;
  const share = messages.length / count;
  console.log(`graphql-eslint: ${messages.length} problems, ${count} types: ${share.toFixed(2)} each`);
  if (share < MOST_PROBLEMS_PER_TYPE) return [];
  return [`graphql-eslint finds ${share.toFixed(2)} problems per type`];
}

wrong.push(...(await unannounced()), ...(await problems()), ...drift(), ...relayCompiles());
for (const line of wrong) console.error(line);
process.exitCode = wrong.length ? 1 : 0;
