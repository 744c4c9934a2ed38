import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program `sesame-nlp`, to be run by Node. */
    readonly command: string;
    /** The modules that it loads at once, and all that it ever loads: files of src, and names of packages. */
    readonly commandModules: { readonly atOnce: readonly string[]; readonly ever: readonly string[] };
  }
}

/** Lays the command out as the package does, in a folder of its own: tests run it as people do, and Node starts fast. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sesame-nlp-command-')));
  cpSync('package.json', join(folder, 'package.json'));
  symlinkSync(realpathSync('node_modules'), join(folder, 'node_modules'), 'junction');
  const { metafile } = await build({
    entryPoints: ['src/cli/sesameNlp.ts'],
    outdir: join(folder, 'dist'),
    outbase: 'src',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    tsconfigRaw: {},
    sourcemap: true,
    metafile: true,
  });
  project.provide('command', join(folder, 'dist/cli/sesameNlp.js'));
  project.provide('commandModules', {
    atOnce: modulesFrom(metafile, ['import-statement']),
    ever: modulesFrom(metafile, ['import-statement', 'dynamic-import']),
  });
  return () => rmSync(folder, { recursive: true, force: true });
}

/** What the command's entry leads to by imports of these kinds. */
function modulesFrom({ inputs }: Metafile, kinds: readonly string[]): string[] {
  const seen = new Set(['src/cli/sesameNlp.ts']);
  for (const module of seen) {
    for (const { path, kind } of inputs[module]?.imports ?? []) if (kinds.includes(kind)) seen.add(path);
  }
  return [...seen];
}
