import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { testTimeout: 10_000, environment: 'node', include: ['test/**/*.test.ts'] } });
