import { memoryFolder, memoryStore } from 'sesame-nlp/checkpoints';
import { expect, test } from 'vitest';
import { describeStore } from './storeContract.js';

describeStore('memoryStore', memoryStore);

test('each memoryFolder is one of its own', async () => {
  const folder = memoryFolder();
  await folder.write(new Map([['a', Uint8Array.of(1)]]));
  expect(await folder.read('a')).toEqual(Uint8Array.of(1));
  expect(await memoryFolder().list()).toEqual([]);
});
