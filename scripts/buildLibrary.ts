// Builds dist's JavaScript: an entry for each public module and for the command, and the chunks that they share. The
// declarations come from tsc.
//
// Few files, since each costs a program in Node a quarter of a millisecond; an app's bundler still drops from them what
// the app does not use. In Node tfjs is CommonJS, where `import` reads the whole source for the names of its exports (a
// tenth of a second), and `require` does not. So dist imports `#tfjs-core`, which package.json's `imports` lead to
// `require` in Node, and everywhere else to the package itself. Both give the one tfjs-core that a program has.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { publicFiles } from './exports.js';

/** The packages that dist imports by a name of its own, and what for. */
const packages = new Map(['tfjs-core', 'tfjs-backend-wasm'].map((name) => [name, new Set<string>()]));

const ownNames: Plugin = {
  name: 'own names',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^.]/ }, ({ kind, path }) => {
      if (kind === 'entry-point') return undefined;
      const name = path.replace('@tensorflow/', '');
      return { path: packages.has(name) ? `#${name}` : path, external: true };
    });
  },
};

rmSync('dist', { recursive: true, force: true });
const { outputFiles } = await build({
  entryPoints: [...publicFiles(), 'cli/sesameNlp'].map((file) => `src/${file}.ts`),
  outdir: 'dist',
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true, // constants into what uses them, which an app's bundler cannot do once they are shared
  write: false,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true,
  tsconfigRaw: {}, // else the paths of tsconfig.json lead back to src
  plugins: [ownNames],
});
for (const { path, contents, text } of outputFiles) {
  collectNames(text);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

mkdirSync('dist/tfjs');
for (const [name, imported] of packages) {
  const names = `{ ${[...imported].sort().join(', ')} }`;
  writeFileSync(`dist/tfjs/${name}.js`, `export ${names} from '@tensorflow/${name}';\n`);
  writeFileSync(
    `dist/tfjs/${name}.node.js`,
    `import { createRequire } from 'node:module';\nexport const ${names} = createRequire(import.meta.url)('@tensorflow/${name}');\n`,
  );
}

/** Notes what a module takes of the packages that have names of their own. */
function collectNames(code: string): void {
  const imports = /(?:import\s*\{([^{}]*)\}\s*from\s*|\{([^{}]*)\} = await import\()"#([^"]+)"/g;
  for (const [, imported, awaited, name] of code.matchAll(imports)) {
    for (const part of (imported ?? awaited!).split(',')) {
      const [exported] = part.trim().split(/ as |:/);
      if (exported) packages.get(name!)!.add(exported);
    }
  }
  const others = code.replaceAll(imports, '').match(/(?:from|import) "#[^"]+"/);
  if (others) throw new Error(`${others[0]}: only imports of single names can be collected`);
}
