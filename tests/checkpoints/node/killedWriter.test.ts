import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { CheckpointFolder } from 'sesame-nlp/checkpoints';
import { directoryFolder, directoryStore } from 'sesame-nlp/checkpoints/node';
import { expect, test } from 'vitest';
import { timesToRun } from '../../support/nightly.js';
import { killedFiles } from './killedFiles.js';
import { temporaryDirectory } from './temporaryDirectory.js';

const kills = timesToRun({ always: 20, nightly: 200 });

/** The writer as one file that plain Node runs. */
async function bundleWriter(directory: string): Promise<string> {
  const outfile = path.join(directory, 'writer.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./killedWriter.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: {
      'sesame-nlp/checkpoints/node': fileURLToPath(new URL('../../../src/checkpoints/node/index.ts', import.meta.url)),
    },
    tsconfigRaw: {},
    logLevel: 'error',
  });
  return outfile;
}

/** Lets the writer run until it has said `lines` lines and some milliseconds more; everything it said comes back. */
async function runAndKill(script: string, values: string[], lines: number, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, ...values], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (timer === undefined && said.split('\n').length > lines)
      timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  const signal = await new Promise((resolve, reject) => {
    child.on('close', (_, by) => resolve(by)).on('error', reject);
  });
  expect(signal).toBe('SIGKILL');
  return said.trimEnd().split('\n');
}

async function versionOf(folder: CheckpointFolder): Promise<number> {
  const state = await folder.read('state.json');
  const version = new Uint32Array(state.buffer)[0]!;
  for (const [file, bytes] of killedFiles(version)) {
    expect(Buffer.compare(await folder.read(file), bytes), `${file} of version ${version}`).toBe(0);
  }
  return version;
}

const leftovers = async (directory: string) =>
  (await readdir(directory, { recursive: true })).filter((name) => /(^|\/)\.sesame-[^/]*$/.test(name));

test(
  `a writer killed ${kills} times at random moments never leaves a mixed checkpoint or loses a durable one`,
  async () => {
    const root = await temporaryDirectory();
    const script = await bundleWriter(root);
    const [folderPath, storePath] = [path.join(root, 'folder'), path.join(root, 'store')];
    await mkdir(folderPath);
    await writeFile(path.join(folderPath, 'notes.txt'), 'precious');
    const folder = directoryFolder(folderPath);
    const store = directoryStore(storePath);
    await folder.write(killedFiles(0));

    let next = 1;
    let caughtMidway = 0;
    for (let kill = 0; kill < kills; kill++) {
      const said = await runAndKill(script, [folderPath, storePath, `${next}`], 2, Math.random() * 40);
      const versions = (what: string) =>
        said.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.split(' ')[1]));
      const durable = Math.max(0, ...versions('folder'));
      const stored = Math.max(0, ...versions('store'));
      if ((await leftovers(root)).length > 0) caughtMidway++;

      const found = await versionOf(folder);
      expect(found === durable || found === durable + 1, `${found} after ${durable}`).toBe(true);

      const listed = (await store.list()).map((name) => Number(name.slice(5)));
      for (const version of listed) expect(await versionOf(store.folder(`step-${version}`))).toBe(version);
      expect(listed).toContain(stored);
      const gone = versions('removed');
      expect(listed.filter((version) => gone.includes(version))).toEqual([]);
      const asked = new Set(versions('removing'));
      const lost = versions('store').filter((version) => !listed.includes(version) && !asked.has(version));
      expect(lost).toEqual([]);
      next = Math.max(found, stored, ...listed) + 1;
    }
    // Or the kills came when nothing was going on.
    expect(caughtMidway).toBeGreaterThan(0);

    // The next writes clean up; what might be another process's work is left for an hour.
    await folder.write(killedFiles(next));
    for (const name of await leftovers(storePath)) await utimes(path.join(storePath, name), 0, 0);
    await store.folder('last').write(killedFiles(next));
    expect(await leftovers(root)).toEqual([]);
    expect(await readFile(path.join(folderPath, 'notes.txt'), 'utf8')).toBe('precious');
  },
  kills * 10_000,
);
