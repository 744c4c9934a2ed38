// What the IndexedDB store promises besides: run in Node on a stand-in, and in browsers on theirs.

import { type CheckpointStore, indexedDbFolder, indexedDbStore } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test, vi } from 'vitest';
import { describeStore, versionFiles } from './storeContract.js';

let databases = 0;
const freshName = () => `checkpoints-${Date.now()}-${databases++}`;

export function describeIndexedDb(): void {
  describeStore('indexedDbStore', (): CheckpointStore => indexedDbStore(freshName()));

  describe('indexedDbStore', () => {
    test('what is saved is there for whoever opens the database again, and leaves none open', async () => {
      const name = freshName();
      await indexedDbStore(name).folder('step-1').write(versionFiles(1));
      expect(await indexedDbStore(name).folder('step-1').read('state.json')).toEqual(versionFiles(1).get('state.json'));
      // A connection that stays open keeps a database from being deleted.
      await new Promise<void>((resolve, reject) => {
        const deletion = indexedDB.deleteDatabase(name);
        deletion.onsuccess = () => resolve();
        deletion.onerror = () => reject(deletion.error);
      });
      expect(await indexedDbStore(name).list()).toEqual([]);
    });

    test('indexedDbFolder is a folder of the store', async () => {
      const name = freshName();
      await indexedDbFolder(name).write(versionFiles(1));
      await indexedDbFolder(name, 'gpt').write(versionFiles(2));
      expect(await indexedDbStore(name).list()).toEqual(['default', 'gpt']);
      expect(await indexedDbFolder(name, 'gpt').read('state.json')).toEqual(versionFiles(2).get('state.json'));
    });

    test('a folder whose name begins with another one’s is another folder', async () => {
      const store = indexedDbStore(freshName());
      await store.folder('step-1').write(versionFiles(1));
      await store.folder('step-10').write(versionFiles(10));
      await store.remove('step-1');
      expect(await store.list()).toEqual(['step-10']);
      expect(await store.folder('step-10').list()).toHaveLength(3);
    });

    test('a quota used up halfway is a CheckpointError, and the previous files are all there', async () => {
      const folder = indexedDbFolder(freshName());
      await folder.write(versionFiles(1));
      const put = IDBObjectStore.prototype.put;
      const quota = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
        this: IDBObjectStore,
        value,
        key,
      ) {
        if (Array.isArray(key) && key[1] === 'state.json') {
          throw new DOMException('the quota is used up', 'QuotaExceededError');
        }
        return put.call(this, value, key);
      });
      const error = await folder.write(versionFiles(2)).catch((thrown: unknown) => thrown);
      quota.mockRestore();
      expect(error).toBeInstanceOf(CheckpointError);
      expect(String(error)).toMatch(
        /write model.safetensors, optimizer.safetensors, state.json \(5\d\d bytes\) .*QuotaExceededError/,
      );
      expect(String(error)).toMatch(/What was saved before is intact\. The browser's storage for this site is full/);
      for (const [file, bytes] of versionFiles(1)) expect(await folder.read(file)).toEqual(bytes);
      await folder.write(versionFiles(3));
      for (const [file, bytes] of versionFiles(3)) expect(await folder.read(file)).toEqual(bytes);
    });

    test('a database of something else is refused and left as it is', async () => {
      const name = freshName();
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name, 7);
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
        opening.onerror = () => reject(opening.error);
      });
      const error = await indexedDbStore(name)
        .list()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CheckpointError);
      expect(String(error)).toMatch(/VersionError.*\n.*Choose another database name/);
    });
  });
}
