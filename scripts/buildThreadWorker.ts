// Bundles what a thread of the wasm kernels runs into a module that holds it as text. Run by `npm run build:kernels`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['src/kernels/wasm/threadWorker.ts'],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2022',
});
const code = outputFiles[0]!.text.trim();
mkdirSync('src/generated', { recursive: true });
writeFileSync(
  'src/generated/threadWorker.ts',
  `// Written by scripts/buildThreadWorker.ts.\nexport const source =\n  ${JSON.stringify(code)};\n`,
);
console.log(`threadWorker: ${code.length} bytes`);
