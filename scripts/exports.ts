// package.json's `exports` follow from the folders of src: run `npm run exports` after adding a public folder.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a subpath resolves to. */
export interface ExportTarget {
  types: string;
  default: string;
}

/** The value of an `exports` key: a file, a module, or one module for browsers and one for everything else. */
export type ExportEntry = string | ExportTarget | { browser: ExportTarget; default: ExportTarget };

/** The checkpoints entry also holds loadPretrained, which stands above it: pretrained re-exports checkpoints. */
const serving: Readonly<Record<string, string>> = { checkpoints: 'pretrained' };

/** The names the library is imported by, each with the module of src that Node finds there: src's folders with an index. */
export function publicModules(): Map<string, string> {
  const folders = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /^([a-z]+\/)(node\/)?index\.ts$|^kernels\/(?!assembly)[a-z]+\/index\.ts$/.test(path))
    .map((path) => path.replace('/index.ts', ''))
    .filter((folder) => !Object.values(serving).includes(folder))
    .sort();
  return new Map([
    ...(existsSync(`${root}/src/index.ts`) ? [['sesame-nlp', 'index'] as const] : []),
    ...folders.map((folder) => [`sesame-nlp/${folder}`, `${serving[folder] ?? folder}/index`] as const),
    ['sesame-nlp/gradients', 'gradients/node'],
  ]);
}

/** The modules of src that can be imported from outside, without their ending. */
export function publicFiles(): string[] {
  return [...publicModules().values(), 'gradients/browser'];
}

/** The value of package.json's `exports`. */
export function publicExports(): Record<string, ExportEntry> {
  const target = (module: string) => ({ types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` });
  const entries = [...publicModules()].map(([name, module]): [string, ExportEntry] => [
    name.replace('sesame-nlp', '.'),
    module === 'gradients/node' ? { browser: target('gradients/browser'), default: target(module) } : target(module),
  ]);
  return { ...Object.fromEntries(entries), './package.json': './package.json' };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = `${root}/package.json`;
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  manifest.exports = publicExports();
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
