import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { ROOT } from './operations.ts';

const OUT = join(ROOT, 'scripts/out/relay');
const PAGE = new Set(['first', 'last', 'before', 'after']);

interface Connection {
  /** From a root field down to the connection; a Node type's own is alone. */
  path: GraphQLField<unknown, unknown>[];
  on: GraphQLObjectType;
}

/**
 * What Relay's compiler says to a refetchable fragment of every Node type and of every connection;
 * nothing when it takes them all.
 */
export function relayCompiles(): string[] {
  const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'));
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(join(OUT, 'src/__generated__'), { recursive: true });
  const nodes = nodeTypes(schema);
  const connections = connectionsOf(schema, nodes);
  const sources = [...nodes.map(nodeSource), ...connections.map(connectionSource)];
  for (const { module, text } of sources) {
    writeFileSync(
      join(OUT, 'src', `${module}.ts`),
      `import { graphql } from 'react-relay';\ngraphql\`\n${text}\n\`;\n`,
    );
  }
  const config = {
    src: './src',
    schema: '../../../schema.graphql',
    language: 'typescript',
    artifactDirectory: './src/__generated__',
  };
  writeFileSync(join(OUT, 'relay.config.json'), JSON.stringify(config));
  const compiler = join(ROOT, 'node_modules/relay-compiler/cli.js');
  try {
    execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: OUT, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    return [`relay-compiler: ${stdout.toString()}${stderr.toString()}`.slice(0, 4_000)];
  }
  console.log(`relay-compiler: ${nodes.length} Node types, ${connections.length} connections`);
  return [];
}

function nodeTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('there is no Node');
  return [...schema.getPossibleTypes(node)];
}

function isConnection(field: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(field.type).name.endsWith('Connection');
}

function connectionsOf(schema: GraphQLSchema, nodes: GraphQLObjectType[]): Connection[] {
  const query = schema.getQueryType();
  if (query == null) throw new Error('there is no Query');
  const found: Connection[] = [];
  for (const on of [query, ...nodes]) {
    for (const field of Object.values(on.getFields())) {
      const type = getNamedType(field.type);
      if (isConnection(field)) found.push({ on, path: [field] });
      else if (isObjectType(type) && !nodes.includes(type)) {
        for (const inner of Object.values(type.getFields())) {
          if (isConnection(inner)) found.push({ on, path: [field, inner] });
        }
      }
    }
  }
  return found;
}

function nodeSource(type: GraphQLObjectType) {
  const leaves = Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map((field) => field.name);
  const module = `${type.name}Refetch`;
  return {
    module,
    text: `fragment ${module}_it on ${type.name} @refetchable(queryName: "${module}Query") {
      ${leaves.join('\n')}
    }`,
  };
}

function connectionSource({ on, path }: Connection) {
  const name = path.map((field) => field.name[0]?.toUpperCase() + field.name.slice(1)).join('');
  const module = `${on.name}${name}List`;
  const last = path.at(-1);
  const definitions = ['first: { type: "Int", defaultValue: 10 }', 'after: { type: "String" }'];
  let text = 'edges { node { __typename } }';
  for (const field of [...path].reverse()) {
    const given = field === last ? ['first: $first', 'after: $after'] : [];
    for (const argument of field.args) {
      if (PAGE.has(argument.name) && field === last) continue;
      if (!isRequiredArgument(argument)) continue;
      definitions.push(`${argument.name}: { type: "${argument.type}" }`);
      given.push(`${argument.name}: $${argument.name}`);
    }
    const marked = field === last ? ` @connection(key: "${module}_${field.name}")` : '';
    text = `${field.name}${given.length ? `(${given.join(', ')})` : ''}${marked} { ${text} }`;
  }
  return {
    module,
    text: `fragment ${module}_it on ${on.name}
      @refetchable(queryName: "${module}Query")
      @argumentDefinitions(${definitions.join(', ')}) { ${text} }`,
  };
}
