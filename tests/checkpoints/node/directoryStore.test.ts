import { lstat, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { directoryFolder, directoryStore } from 'sesame-nlp/checkpoints/node';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { describeStore, versionFiles } from '../storeContract.js';
import { temporaryDirectory } from './temporaryDirectory.js';

describeStore('directoryStore', async () =>
  directoryStore(path.join(await temporaryDirectory(), 'not', 'there', 'yet')),
);

const hidden = async (directory: string) => (await readdir(directory)).filter((name) => name.startsWith('.'));

describe('directoryFolder', () => {
  test('the files are ordinary files of those names, and nothing else is left', async () => {
    const directory = path.join(await temporaryDirectory(), 'models', 'gpt');
    const folder = directoryFolder(directory);
    for (const version of [1, 2]) {
      await folder.write(versionFiles(version));
      expect((await readdir(directory)).sort()).toEqual([...versionFiles(1).keys()]);
      for (const [file, bytes] of versionFiles(version)) {
        expect(new Uint8Array(await readFile(path.join(directory, file)))).toEqual(bytes);
      }
      expect(await readdir(path.dirname(directory))).toEqual(['gpt']);
    }
  });

  test('everything else in the directory stays, and folders and hidden files are not listed', async () => {
    const directory = await temporaryDirectory();
    await mkdir(path.join(directory, 'sub'));
    await writeFile(path.join(directory, 'sub', 'inner'), 'inner');
    await writeFile(path.join(directory, '.hidden'), 'hidden');
    await writeFile(path.join(directory, 'notes.txt'), 'notes');
    const folder = directoryFolder(directory);
    await folder.write(versionFiles(1));
    await folder.write(versionFiles(2));
    expect(await folder.list()).toEqual([...versionFiles(1).keys(), 'notes.txt'].sort());
    expect((await readdir(directory)).sort()).toEqual(
      ['.hidden', ...versionFiles(1).keys(), 'notes.txt', 'sub'].sort(),
    );
    expect(await readFile(path.join(directory, 'sub', 'inner'), 'utf8')).toBe('inner');
  });

  test('a folder in the place of a file is refused before anything changes', async () => {
    const directory = await temporaryDirectory();
    const folder = directoryFolder(directory);
    await folder.write(versionFiles(1));
    await mkdir(path.join(directory, 'taken'));
    const error = await folder.write(versionFiles(2).set('taken', Uint8Array.of(1))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(String(error)).toMatch(/file "taken" \(EISDIR\).*\nNothing was changed/);
    for (const [file, bytes] of versionFiles(1)) expect(await folder.read(file)).toEqual(bytes);
    await expect(folder.read('taken')).rejects.toThrow(/EISDIR|not a regular file/);
    expect(await hidden(directory)).toEqual([]);
  });

  test('a file in the place of the directory is a CheckpointError', async () => {
    const file = path.join(await temporaryDirectory(), 'file');
    await writeFile(file, 'precious');
    for (const folder of [directoryFolder(file), directoryFolder(path.join(file, 'sub'))]) {
      for (const attempt of [() => folder.write(versionFiles(1)), () => folder.read('a'), () => folder.list()]) {
        const error: unknown = await attempt().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(CheckpointError);
        expect(String(error)).toContain('ENOTDIR');
        expect(String(error)).toContain('A file stands where a folder was expected');
      }
    }
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('a link to a file inside is followed; one that leads outside is refused and not listed', async () => {
    const outer = await temporaryDirectory();
    const directory = path.join(outer, 'checkpoint');
    const folder = directoryFolder(directory);
    await folder.write(versionFiles(1));
    await writeFile(path.join(outer, 'secret'), 'secret');
    await mkdir(path.join(outer, 'checkpoint-sibling'));
    await writeFile(path.join(outer, 'checkpoint-sibling', 'secret'), 'secret');
    await symlink('state.json', path.join(directory, 'inside'));
    await symlink('../secret', path.join(directory, 'outside'));
    await symlink('../checkpoint-sibling/secret', path.join(directory, 'sibling'));
    await symlink('nowhere', path.join(directory, 'dangling'));
    await symlink('circle', path.join(directory, 'circle'));
    expect(await folder.read('inside')).toEqual(versionFiles(1).get('state.json'));
    for (const file of ['outside', 'sibling']) {
      const error = await folder.read(file).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CheckpointError);
      expect(String(error)).toContain('leads outside');
      expect(String(error)).toContain('cp -RL');
    }
    await expect(folder.read('dangling')).rejects.toThrow(/no file "dangling"/);
    await expect(folder.read('circle')).rejects.toThrow(/ELOOP/);
    expect(await folder.list()).toEqual(['inside', ...versionFiles(1).keys()]);
  });

  test('a write replaces a link, never the file that it leads to', async () => {
    const outer = await temporaryDirectory();
    const directory = path.join(outer, 'checkpoint');
    await mkdir(directory);
    await writeFile(path.join(outer, 'outside'), 'precious');
    await symlink('../outside', path.join(directory, 'state.json'));
    await directoryFolder(directory).write(versionFiles(1));
    expect(await readFile(path.join(outer, 'outside'), 'utf8')).toBe('precious');
    expect((await lstat(path.join(directory, 'state.json'))).isFile()).toBe(true);
  });

  test('a planted link in the place of the library’s own folders moves no file of others', async () => {
    const outer = await temporaryDirectory();
    const directory = path.join(outer, 'checkpoint');
    await mkdir(directory);
    await mkdir(path.join(outer, 'private'));
    await writeFile(path.join(outer, 'private', 'key'), 'precious');
    await symlink('../private', path.join(directory, '.sesame-committed'));
    await symlink('../private', path.join(directory, '.sesame-staging-00000000'));
    const folder = directoryFolder(directory);
    await expect(folder.write(versionFiles(1))).rejects.toThrow(CheckpointError);
    await expect(folder.read('key')).rejects.toThrow('leads outside');
    expect(await readFile(path.join(outer, 'private', 'key'), 'utf8')).toBe('precious');
  });

  test('a relative path means the one of the working directory when it was given', async () => {
    const directory = await temporaryDirectory();
    const folder = directoryFolder(path.relative(process.cwd(), path.join(directory, 'a')));
    await folder.write(versionFiles(1));
    expect(await readdir(path.join(directory, 'a'))).toHaveLength(3);
  });
});

describe('directoryStore', () => {
  test('what is no checkpoint is not listed', async () => {
    const directory = await temporaryDirectory();
    const store = directoryStore(directory);
    await store.folder('step-1').write(versionFiles(1));
    await mkdir(path.join(directory, 'empty'));
    await mkdir(path.join(directory, '.git'));
    await writeFile(path.join(directory, '.git', 'config'), '');
    await writeFile(path.join(directory, 'notes.txt'), 'notes');
    expect(await store.list()).toEqual(['step-1']);
    await expect(store.remove('notes.txt')).rejects.toThrow('no checkpoint "notes.txt"');
    expect(await readFile(path.join(directory, 'notes.txt'), 'utf8')).toBe('notes');
  });

  test('a link to a folder outside is neither read nor written through', async () => {
    const outer = await temporaryDirectory();
    const store = directoryStore(path.join(outer, 'store'));
    await mkdir(path.join(outer, 'store'));
    await mkdir(path.join(outer, 'outside'));
    await writeFile(path.join(outer, 'outside', 'state.json'), 'precious');
    await symlink('../outside', path.join(outer, 'store', 'link'));
    await expect(store.folder('link').read('state.json')).rejects.toThrow('leads outside');
    await expect(store.folder('link').write(versionFiles(1))).rejects.toThrow('leads outside');
    expect(await store.list()).toEqual([]);
    await expect(store.remove('link')).rejects.toThrow('no checkpoint "link"');
    expect(await readdir(path.join(outer, 'outside'))).toEqual(['state.json']);
    expect(await readFile(path.join(outer, 'outside', 'state.json'), 'utf8')).toBe('precious');
  });

  test('the remains of a dead process are deleted, those of another that may be at work are not', async () => {
    const directory = await temporaryDirectory();
    const remains = ['.sesame-new-00000000-step-1', '.sesame-new-11111111-step-7', '.sesame-removed-step-0'];
    const working = '.sesame-new-22222222-step-8';
    for (const name of [...remains, working, '.other']) await mkdir(path.join(directory, name));
    await utimes(path.join(directory, '.sesame-new-11111111-step-7'), 0, 0);
    expect(await directoryStore(directory).list()).toEqual([]);
    await directoryStore(directory).folder('step-1').write(versionFiles(1));
    expect(await hidden(directory)).toEqual(['.other', working]);
  });
});
