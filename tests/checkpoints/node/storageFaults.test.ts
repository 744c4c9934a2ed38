import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointFolder } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { DirectoryFolder } from '../../../src/checkpoints/node/directoryFolder.js';
import { DirectoryStore } from '../../../src/checkpoints/node/directoryStore.js';
import type { FileSystem } from '../../../src/checkpoints/node/fileSystem.js';
import { versionFiles } from '../storeContract.js';
import { type Fault, faultyFileSystem } from './faultyFileSystem.js';
import { temporaryDirectory } from './temporaryDirectory.js';

const kinds: Fault['kind'][] = ['ENOSPC', 'EIO', 'death'];
const sound = faultyFileSystem().fileSystem;
const directoryFolder = (directory: string) => faultyFolder(directory, sound);
const directoryStore = (directory: string) => new DirectoryStore(directory, sound);
const faultyFolder = (directory: string, fileSystem: FileSystem) =>
  new DirectoryFolder('directoryFolder', directory, directory, fileSystem);

/** The version that all files agree on; undefined if there are none. */
async function wholeVersion(folder: CheckpointFolder): Promise<number | undefined> {
  const present = (await folder.list()).filter((file) => versionFiles(0).has(file));
  if (present.length === 0) return undefined;
  const { version } = JSON.parse(new TextDecoder().decode(await folder.read('state.json'))) as { version: number };
  expect(present).toEqual([...versionFiles(version).keys()]);
  for (const [file, bytes] of versionFiles(version))
    expect(Buffer.compare(await folder.read(file), bytes), file).toBe(0);
  return version;
}

async function hiddenBelow(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).filter((name) => name.includes('.sesame'));
}

/** Runs `attempt` with each of its file system calls failing in turn, until it needs no more calls. */
async function withEachFault(
  kind: Fault['kind'],
  attempt: (fileSystem: FileSystem) => Promise<{ error: unknown; check: () => Promise<void> }>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const { fileSystem, calls } = faultyFileSystem({ at, kind });
    const { error, check } = await attempt(fileSystem);
    if (error !== undefined) expect(error).toBeInstanceOf(CheckpointError);
    const callsOfAttempt = calls.length;
    await check();
    if (callsOfAttempt <= at) {
      expect(error).toBeUndefined();
      return at;
    }
  }
}

const outcome = async (attempt: Promise<void>): Promise<unknown> => {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error;
  }
};

/** Whole, as the error says, and nothing in the way of the next write. */
async function checkWrite(directory: string, before: number | undefined, error: unknown): Promise<void> {
  const folder = directoryFolder(directory);
  const found = await wholeVersion(folder);
  if (error === undefined) expect(found).toBe(2);
  else if (String(error).includes('What was saved before is intact.')) expect(found).toBe(before);
  else if (String(error).includes('The new files are whole')) expect(found).toBe(2);
  else throw new Error(`an error that does not say what is stored: ${String(error)}`);
  await folder.write(versionFiles(3));
  expect(await wholeVersion(folder)).toBe(3);
  expect(await hiddenBelow(path.dirname(directory))).toEqual([]);
}

describe.each(kinds)('%s at any call', (kind) => {
  test('of replacing files leaves all the old or all the new, as the error says', async () => {
    const outer = await temporaryDirectory();
    let attempts = 0;
    const calls = await withEachFault(kind, async (fileSystem) => {
      const directory = path.join(outer, `${attempts++}`, 'model');
      await mkdir(directory, { recursive: true });
      await writeFile(path.join(directory, 'notes.txt'), 'precious');
      await directoryFolder(directory).write(versionFiles(1));
      const error = await outcome(faultyFolder(directory, fileSystem).write(versionFiles(2)));
      return {
        error,
        check: async () => {
          await checkWrite(directory, 1, error);
          expect(await readFile(path.join(directory, 'notes.txt'), 'utf8')).toBe('precious');
        },
      };
    });
    expect(calls).toBeGreaterThan(25);
  });

  test('of writing a new folder leaves all of it or nothing', async () => {
    const outer = await temporaryDirectory();
    let attempts = 0;
    const calls = await withEachFault(kind, async (fileSystem) => {
      const directory = path.join(outer, `${attempts++}`, 'model');
      const error = await outcome(faultyFolder(directory, fileSystem).write(versionFiles(2)));
      return { error, check: () => checkWrite(directory, undefined, error) };
    });
    expect(calls).toBeGreaterThan(15);
  });

  test('of the write that takes up what a dead one committed leaves one whole version', async () => {
    // A process that died right after the commit: its files lie in the folder of those that take their place.
    const outer = await temporaryDirectory();
    const template = path.join(outer, 'template');
    await directoryFolder(template).write(versionFiles(0));
    const dying = faultyFileSystem();
    await faultyFolder(template, dying.fileSystem).write(versionFiles(0));
    const commit = dying.calls.findIndex((call) => call.endsWith('-> .sesame-committed'));
    const moved = dying.calls.findIndex((call) => call.endsWith('-> optimizer.safetensors'));
    expect(commit).toBeGreaterThan(0);
    expect(moved).toBeGreaterThan(commit);
    for (const at of [commit + 1, moved]) {
      const { fileSystem: dead } = faultyFileSystem({ at, kind: 'death' });
      const left = path.join(outer, `left-${at}`, 'model');
      await directoryFolder(left).write(versionFiles(0));
      await outcome(faultyFolder(left, dead).write(versionFiles(1)));
      expect(await hiddenBelow(left)).not.toEqual([]);
      expect(await wholeVersion(directoryFolder(left))).toBe(1);

      let attempts = 0;
      await withEachFault(kind, async (fileSystem) => {
        const directory = path.join(outer, `${at}-${attempts++}`, 'model');
        await cp(left, directory, { recursive: true });
        const error = await outcome(faultyFolder(directory, fileSystem).write(versionFiles(2)));
        return { error, check: () => checkWrite(directory, 1, error) };
      });
    }
  });

  test('of removing a checkpoint leaves all of it or nothing', async () => {
    const outer = await temporaryDirectory();
    let attempts = 0;
    await withEachFault(kind, async (fileSystem) => {
      const directory = path.join(outer, `${attempts++}`);
      const store = directoryStore(directory);
      for (const version of [1, 2]) await store.folder(`step-${version}`).write(versionFiles(version));
      const error = await outcome(new DirectoryStore(directory, fileSystem).remove('step-1'));
      return {
        error,
        check: async () => {
          const left = await store.list();
          if (error === undefined || String(error).includes('The checkpoint is gone')) expect(left).toEqual(['step-2']);
          else if (String(error).includes('The checkpoint is intact')) expect(left).toEqual(['step-1', 'step-2']);
          else throw new Error(`an error that does not say what is stored: ${String(error)}`);
          for (const name of left) expect(await wholeVersion(store.folder(name))).toBe(Number(name.slice(5)));
          await store.folder('step-3').write(versionFiles(3));
          expect(await hiddenBelow(directory)).toEqual([]);
        },
      };
    });
  });

  test('of reading or listing is a CheckpointError that names the file', async () => {
    const directory = path.join(await temporaryDirectory(), 'model');
    await directoryFolder(directory).write(versionFiles(1));
    const reads = await withEachFault(kind, async (fileSystem) => {
      const attempt = faultyFolder(directory, fileSystem).read('state.json');
      const error = await outcome(attempt.then((bytes) => expect(bytes).toEqual(versionFiles(1).get('state.json'))));
      if (error !== undefined) expect(String(error)).toContain(path.join(directory, 'state.json'));
      return { error, check: async () => {} };
    });
    expect(reads).toBeGreaterThan(5);
    await withEachFault(kind, async (fileSystem) => {
      const attempt = new DirectoryStore(path.dirname(directory), fileSystem).list();
      return { error: await outcome(attempt.then((names) => expect(names).toEqual(['model']))), check: async () => {} };
    });
  });
});

test.each([
  ['ENOSPC', /The disk or its quota is full \(\d+ bytes are free\)\. Free some space/],
  ['EACCES', /This process may not do that there\. Change the permissions/],
] as const)('%s is answered with the bytes needed, what is intact and what to do', async (kind, advice) => {
  const directory = path.join(await temporaryDirectory(), 'model');
  await directoryFolder(directory).write(versionFiles(1));
  const rehearsal = faultyFileSystem();
  await faultyFolder(directory, rehearsal.fileSystem).write(versionFiles(1));
  const at = rehearsal.calls.findIndex((call) => call.startsWith('handle.writeFile'));
  const { fileSystem } = faultyFileSystem({ at, kind });
  const error = await outcome(faultyFolder(directory, fileSystem).write(versionFiles(2)));
  const bytes = [...versionFiles(2).values()].reduce((total, file) => total + file.length, 0);
  expect(error).toBeInstanceOf(CheckpointError);
  expect(String(error)).toContain(`optimizer.safetensors, state.json (${bytes} bytes) to ${directory} (${kind}`);
  expect(String(error)).toContain('What was saved before is intact.');
  expect(String(error)).toMatch(advice);
  expect((error as Error).cause).toMatchObject({ code: kind });
  // The half-written files do not keep the space.
  expect(await hiddenBelow(directory)).toEqual([]);
});

test('files are on the disk before the commit, and the commit before the write resolves', async () => {
  const directory = path.join(await temporaryDirectory(), 'model');
  await directoryFolder(directory).write(versionFiles(1));
  const { fileSystem, calls } = faultyFileSystem();
  await faultyFolder(directory, fileSystem).write(versionFiles(2));
  const simplified = calls.map((call) =>
    call.replace(/\.sesame-staging-[0-9a-f]{8}/, 'staging').replaceAll(`${directory}/`, ''),
  );
  const order = [
    ...[...versionFiles(2).keys()].flatMap((file) => [
      `handle.writeFile staging/${file}`,
      `handle.sync staging/${file}`,
    ]),
    'handle.sync staging',
    'rename staging -> .sesame-committed',
    `handle.sync ${directory}`,
    ...[...versionFiles(2).keys()].map((file) => `rename .sesame-committed/${file} -> ${file}`),
    `handle.sync ${directory}`,
    'rmdir .sesame-committed',
  ];
  expect(simplified.filter((call) => /^(handle\.(writeFile|sync)|rename|rmdir) /.test(call))).toEqual(order);
});

test('a new folder and the ones above it are on the disk before the write resolves', async () => {
  const outer = await temporaryDirectory();
  const { fileSystem, calls } = faultyFileSystem();
  await faultyFolder(path.join(outer, 'a', 'b', 'model'), fileSystem).write(new Map([['file', Uint8Array.of(1)]]));
  const simplified = calls.map((call) => call.replace(/\.sesame-new-[0-9a-f]{8}-model/, 'new').replaceAll(outer, '.'));
  expect(simplified.filter((call) => /^(handle\.(writeFile|sync)|rename) /.test(call))).toEqual([
    'handle.sync ./a',
    'handle.sync .',
    'handle.writeFile ./a/b/new/file',
    'handle.sync ./a/b/new/file',
    'handle.sync ./a/b/new',
    'rename ./a/b/new -> model',
    'handle.sync ./a/b',
  ]);
});
