/** How both apps are built: hashed files under `/NAME/`, each beside its compressed forms. */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';

/** The configuration of the app served at `/NAME`. `npm run dev` speaks to DAIQU_ORIGIN. */
export function appConfig(name: string): UserConfig {
  const origin = process.env['DAIQU_ORIGIN'] ?? 'http://qinghe.localhost:8000';
  const { host, port } = new URL(origin);
  // Names under *.localhost are resolved by browsers, not by Node.
  const target = `http://127.0.0.1:${port || '80'}`;
  const proxied = { target, ws: true, headers: { host } };
  return {
    base: `/${name}/`,
    plugins: [react(), compressed()],
    html: { cspNonce: '__NONCE__' },
    resolve: { dedupe: ['react', 'react-dom', 'urql', 'antd', 'react-router'] },
    build: {
      target: 'es2022',
      assetsInlineLimit: 0, // the policy allows no data: but for pictures
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1200,
      reportCompressedSize: false,
    },
    server: { proxy: { '/graphql': proxied, '/files': proxied } },
  };
}

/** Writes FILE.br and FILE.gz beside what compresses, once, so that no request waits for it. */
function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'daiqu-compressed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith('/')) folder = config.build.outDir;
    },
    writeBundle() {
      const assets = join(folder, 'assets');
      for (const file of readdirSync(assets)) {
        if (!/\.(js|mjs|css|svg|json|map)$/.test(file)) continue;
        const path = join(assets, file);
        if (statSync(path).size < 1024) continue;
        const content = readFileSync(path);
        const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
        writeFileSync(`${path}.br`, brotliCompressSync(content, options));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
