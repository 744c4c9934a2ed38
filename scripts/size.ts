// Bundles the built library as an app's bundler would, peers included and backends not, and holds each case to a budget.
// What is imported later, when it is called, bundlers put into chunks of their own: it is not part of what an app starts with.
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

interface Case {
  /** What the app imports. */
  readonly app: string;
  /** Bytes, minified and gzipped. */
  readonly budget: number;
  /** No input of the bundle may match. */
  readonly without?: RegExp;
}

const cases: readonly Case[] = [
  {
    app: "export { createGpt } from 'sesame-nlp/models'; export { generate } from 'sesame-nlp/generation';",
    budget: 45_000,
  },
  { app: "export { createGpt, generate } from 'sesame-nlp';", budget: 45_000 },
  {
    app: "export { createByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';",
    budget: 8_000,
    without: /@tensorflow\//,
  },
  { app: "export { createByteLevelBpeTokenizer } from 'sesame-nlp';", budget: 8_000, without: /@tensorflow\// },
  { app: "export { readCsv } from 'sesame-nlp/data';", budget: 4_000, without: /@tensorflow\// },
];

const withoutLaterImports: Plugin = {
  name: 'without later imports',
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined)),
};

for (const { app, budget, without } of cases) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: app, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'error', // it warns of bare imports of chunks without side effects, unless they lie in node_modules
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [withoutLaterImports],
    tsconfigRaw: {}, // else the paths of tsconfig.json lead back to src
  });
  const size = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const unwanted = inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && without?.test(path));
  console.log(`${size > budget ? 'OVER' : 'ok'}\t${size}\t<= ${budget} bytes\t${app}`);
  for (const [path] of unwanted) console.log(`UNWANTED\t${path}`);
  if (size > budget || unwanted.length > 0) process.exitCode = 1;
}
