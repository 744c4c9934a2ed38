import * as standIn from 'fake-indexeddb';
import { indexedDbFolder, indexedDbStore } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeIndexedDb } from './indexedDbContract.js';

test('without IndexedDB the store says so when it is created, not at the first save', () => {
  expect(() => indexedDbStore('a')).toThrow(CheckpointError);
  expect(() => indexedDbFolder('a')).toThrow(/only browsers have one.\n.*directoryStore/);
});

describe('with a stand-in for the browser', () => {
  beforeAll(() => {
    vi.stubGlobal('indexedDB', standIn.indexedDB);
    for (const [name, value] of Object.entries(standIn)) {
      if (name.startsWith('IDB')) vi.stubGlobal(name, value);
    }
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });
  describeIndexedDb();
});
