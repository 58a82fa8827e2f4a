/** Bundles what is shipped: `node esbuild.mjs`. */
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  logLevel: 'info',
  // These load native libraries that lie beside their own code.
  external: ['onnxruntime-node', 'sharp'],
};

// The command line. Bundled CommonJS packages call require(), which ES modules lack.
await build({
  ...common,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.mjs',
  banner: {
    js: [
      '#!/usr/bin/env node',
      "import { createRequire as createRequireForBundle } from 'node:module';",
      'const require = createRequireForBundle(import.meta.url);',
    ].join('\n'),
  },
});
await chmod('dist/cli.mjs', 0o755);
