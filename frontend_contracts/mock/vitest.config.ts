import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // One copy of graphql: some of these packages would load it as CommonJS, some as a module.
    server: { deps: { inline: [/graphql/] } },
  },
});
