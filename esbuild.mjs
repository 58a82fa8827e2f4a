/** Bundles what is shipped: `node esbuild.mjs`. */
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

const common = { bundle: true, sourcemap: true, logLevel: 'warning' };

/** Processes of their own: the command line, and the two that the extension starts. */
const nodeProgram = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // These load native libraries that lie beside their own code.
  external: ['onnxruntime-node', 'sharp'],
};

// Bundled CommonJS packages call require(), which ES modules lack.
const REQUIRE = [
  "import { createRequire as createRequireForBundle } from 'node:module';",
  'const require = createRequireForBundle(import.meta.url);',
].join('\n');

// The command line.
await build({
  ...nodeProgram,
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.mjs',
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
});
await chmod('dist/cli.mjs', 0o755);

// What the extension starts beside itself.
await build({
  ...nodeProgram,
  entryPoints: {
    compute: 'src/compute/computeMain.ts',
    library: 'src/compute/libraryMain.ts',
    // Started for each device that is tried, also by the command line.
    probe: 'src/jobs/devices/probeMain.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  banner: { js: REQUIRE },
});

// What runs inside the extension host.
await build({
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  entryPoints: ['src/extension/extension.ts'],
  outfile: 'dist/extension.cjs',
  minify: true,
  keepNames: true,
});

// What runs in webviews.
await build({
  ...common,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  tsconfig: 'webview/tsconfig.json',
  entryPoints: {
    gallery: 'webview/gallery/main.ts',
    inspector: 'webview/inspector/main.ts',
    compare: 'webview/compare/main.ts',
    report: 'webview/report/main.ts',
  },
  outdir: 'dist/webview',
  minify: true,
  sourcemap: false,
});
await mkdir('dist/webview', { recursive: true });
await copyFile('webview/shared/page.css', 'dist/webview/page.css');
