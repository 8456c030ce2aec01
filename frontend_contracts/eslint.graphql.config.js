// @graphql-eslint's recommended rules over the schema and every operation: scripts/check.ts counts.
import plugin from '@graphql-eslint/eslint-plugin';

const shared = {
  languageOptions: {
    parser: plugin.parser,
    parserOptions: {
      graphQLConfig: { schema: 'schema.graphql', documents: 'operations/**/*.graphql' },
    },
  },
  plugins: { '@graphql-eslint': plugin },
};

export default [
  {
    ...shared,
    files: ['schema.graphql'],
    rules: {
      ...plugin.configs['flat/schema-recommended'].rules,
      // Relay's specification gives these no id.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { suffixes: ['Connection', 'Edge'] } },
      ],
    },
  },
  {
    ...shared,
    files: ['operations/**/*.graphql'],
    rules: {
      ...plugin.configs['flat/operations-recommended'].rules,
      // As many levels as the server takes: a service with its form and conditions is deep.
      '@graphql-eslint/selection-set-depth': ['error', { maxDepth: 15 }],
    },
  },
];
