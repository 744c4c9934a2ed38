import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPretrained, savePretrained } from 'sesame-nlp/checkpoints';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import { CheckpointError } from 'sesame-nlp/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gptOf, kinds, outputs } from '../gpts.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sesame-nlp-pretrained-'));
});
afterEach(() => rm(directory, { recursive: true }));

test.each(Object.keys(kinds))('%s comes back from a directory as it was', async (kind) => {
  const model = gptOf(kind);
  const place = path.join(directory, 'model');
  await savePretrained(directoryFolder(place), { model });
  const loaded = await loadPretrained(directoryFolder(place));
  expect(await outputs(loaded.model)).toEqual(await outputs(model));
  model.dispose();
  loaded.model.dispose();
});

test('a model whose weights were cut on the disk is refused', async () => {
  const model = gptOf('GPT-2');
  const folder = directoryFolder(directory);
  await savePretrained(folder, { model });
  model.dispose();
  const weights = path.join(directory, 'model.safetensors');
  const bytes = await readFile(weights);
  await writeFile(weights, bytes.subarray(0, bytes.length / 2));
  await expect(loadPretrained(folder)).rejects.toThrow(CheckpointError);
});
