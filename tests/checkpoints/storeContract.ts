// What every checkpoint store promises, whatever it stands on.

import type { CheckpointStore } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';

const hostileNames = [
  ...['', '.', '..', '...', '.hidden', '.sesame-committed', '/etc/passwd', '../up', 'a/b', 'a\\b', '..\\up', 'C:x'],
  ...[
    '%2e%2e',
    'a%2Fb',
    '%5cup',
    '%252e',
    'a%00',
    'a\0',
    'a\nb',
    '\ud83d',
    'a.',
    'a ',
    'CON',
    'nul.json',
    'x'.repeat(201),
  ],
];

/** Files of one version, different in each. */
export function versionFiles(version: number): Map<string, Uint8Array> {
  return new Map([
    ['model.safetensors', Uint8Array.from({ length: 500 }, (_, i) => (i * 7 + version) % 251)],
    ['optimizer.safetensors', Uint8Array.of(version, version + 1)],
    ['state.json', new TextEncoder().encode(JSON.stringify({ version }))],
  ]);
}

/** @param createStore an empty store of its own each time */
export function describeStore(name: string, createStore: () => CheckpointStore | Promise<CheckpointStore>): void {
  describe(name, () => {
    test('what is written reads back, and a new store is empty', async () => {
      const store = await createStore();
      expect(await store.list()).toEqual([]);
      const folder = store.folder('潮水-1');
      expect(await folder.list()).toEqual([]);
      const files = versionFiles(1).set('empty', new Uint8Array());
      await folder.write(files);
      for (const [file, bytes] of files) expect(await folder.read(file)).toEqual(bytes);
      expect(await folder.list()).toEqual(['empty', 'model.safetensors', 'optimizer.safetensors', 'state.json']);
      expect(await store.list()).toEqual(['潮水-1']);
      expect(await store.folder('潮水-1').read('empty')).toEqual(new Uint8Array());
    });

    test('a second write replaces the files it names and leaves the others', async () => {
      const folder = (await createStore()).folder('a');
      await folder.write(versionFiles(1));
      await folder.write(new Map([['state.json', Uint8Array.of(9)]]));
      await folder.write(new Map([['more', Uint8Array.of(8)]]));
      expect(await folder.read('state.json')).toEqual(Uint8Array.of(9));
      expect(await folder.read('more')).toEqual(Uint8Array.of(8));
      expect(await folder.read('model.safetensors')).toEqual(versionFiles(1).get('model.safetensors'));
    });

    test('changing an array after the write, or after a read, changes nothing stored', async () => {
      const folder = (await createStore()).folder('a');
      const bytes = Uint8Array.of(1, 2, 3);
      await folder.write(new Map([['file', bytes]]));
      bytes[0] = 9;
      (await folder.read('file'))[1] = 9;
      expect(await folder.read('file')).toEqual(Uint8Array.of(1, 2, 3));
    });

    test('a view is stored without the rest of its buffer', async () => {
      const folder = (await createStore()).folder('a');
      await folder.write(new Map([['view', Uint8Array.of(9, 1, 2, 9).subarray(1, 3)]]));
      const read = await folder.read('view');
      expect(read).toEqual(Uint8Array.of(1, 2));
      expect(read.buffer.byteLength).toBe(2);
    });

    test('writing nothing creates nothing', async () => {
      const store = await createStore();
      await store.folder('a').write(new Map());
      expect(await store.list()).toEqual([]);
    });

    test('a file that is not there is answered with the nearest one', async () => {
      const store = await createStore();
      await expect(store.folder('a').read('state.json')).rejects.toThrow(/no file "state.json".*\n.*none/);
      await store.folder('a').write(versionFiles(1));
      const error = await store
        .folder('a')
        .read('modle.safetensors')
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CheckpointError);
      expect(String(error)).toMatch(/no file "modle.safetensors".*\nDid you mean "model.safetensors"\?/);
      await expect(store.folder('a').read('__proto__')).rejects.toThrow(CheckpointError);
    });

    test('checkpoints are listed in order and removed whole', async () => {
      const store = await createStore();
      for (const step of ['step-3', 'step-10', 'step-2']) await store.folder(step).write(versionFiles(1));
      expect(await store.list()).toEqual(['step-10', 'step-2', 'step-3']);
      await store.remove('step-10');
      expect(await store.list()).toEqual(['step-2', 'step-3']);
      expect(await store.folder('step-10').list()).toEqual([]);
      await expect(store.folder('step-10').read('state.json')).rejects.toThrow(CheckpointError);
      expect(await store.folder('step-2').read('state.json')).toEqual(versionFiles(1).get('state.json'));
      await store.folder('step-10').write(new Map([['other', Uint8Array.of(1)]]));
      expect(await store.folder('step-10').list()).toEqual(['other']);
    });

    test('removing what is not there is answered with the nearest', async () => {
      const store = await createStore();
      await store.folder('step-100').write(versionFiles(1));
      await expect(store.remove('step-10')).rejects.toThrow(/no checkpoint "step-10".*\nDid you mean "step-100"\?/);
      await expect(store.remove('step-10')).rejects.toThrow(CheckpointError);
      expect(await store.list()).toEqual(['step-100']);
    });

    test('writes at once come one after the other, each whole', async () => {
      const store = await createStore();
      const folders = [store.folder('a'), store.folder('a'), store.folder('b')];
      const writes = Array.from({ length: 12 }, (_, version) => folders[version % 3]!.write(versionFiles(version)));
      await Promise.all(writes);
      for (const [name, last] of [
        ['a', 10],
        ['b', 11],
      ] as const) {
        for (const [file, bytes] of versionFiles(last)) expect(await store.folder(name).read(file)).toEqual(bytes);
      }
    });

    test.each(hostileNames)('the name %j is refused everywhere, and nothing is written', async (hostile) => {
      const store = await createStore();
      expect(() => store.folder(hostile)).toThrow(CheckpointError);
      await expect(store.remove(hostile)).rejects.toThrow(CheckpointError);
      const folder = store.folder('a');
      await expect(folder.read(hostile)).rejects.toThrow(/^\w+: the name .*\nExpected/);
      const files = new Map([
        ['fine', Uint8Array.of(1)],
        [hostile, Uint8Array.of(1)],
      ]);
      await expect(folder.write(files)).rejects.toThrow(CheckpointError);
      expect(await store.list()).toEqual([]);
    });

    test('names that are keys of every object are names like any other', async () => {
      const store = await createStore();
      await store.folder('constructor').write(new Map([['__proto__', Uint8Array.of(7)]]));
      expect(await store.list()).toEqual(['constructor']);
      expect(await store.folder('constructor').read('__proto__')).toEqual(Uint8Array.of(7));
      expect(await store.folder('toString').list()).toEqual([]);
    });
  });
}
