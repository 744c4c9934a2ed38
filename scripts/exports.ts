// package.json's `exports` follow from the folders of src: run `npm run exports` after adding a public folder.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a subpath resolves to. */
export interface ExportTarget {
  types: string;
  default: string;
}

/** The value of an `exports` key: one target, or one for browsers and one for everything else. */
export type ExportEntry = string | ExportTarget | { browser: ExportTarget; default: ExportTarget };

/** The checkpoints entry also holds loadPretrained, which stands above it: pretrained re-exports checkpoints. */
const serving: Readonly<Record<string, string>> = {
  checkpoints: 'pretrained',
};

const target = (path: string): ExportTarget => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` });

/** Every src folder with an index.ts, as package.json's `exports` should list it. */
export function publicExports(): Record<string, ExportEntry> {
  const folders = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^([a-z]+\/)(node\/)?index\.ts$|^kernels\/[a-z]+\/index\.ts$/.test(path))
    .map((path) => path.replace('/index.ts', ''))
    .filter((folder) => !Object.values(serving).includes(folder))
    .sort();
  return {
    ...(existsSync(`${root}/src/index.ts`) ? { '.': target('index') } : {}),
    ...Object.fromEntries(folders.map((folder) => [`./${folder}`, target(`${serving[folder] ?? folder}/index`)])),
    './gradients': { browser: target('gradients/browser'), default: target('gradients/node') },
    './package.json': './package.json',
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = `${root}/package.json`;
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  manifest.exports = publicExports();
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
