// Models that earlier versions saved still load and compute what they computed then.
import { tidy } from '@tensorflow/tfjs-core';
import { FORMAT_VERSION, gptLanguageModels, loadPretrained } from 'sesame-nlp/checkpoints';
import { expect, test } from 'vitest';
import { readFixture, readJsonFixture } from '../support/fixtures.js';
import { expectOutput, type OracleTensor } from '../support/oracle.js';

const saved = [
  [1, 'sesame-gpt'],
  [1, 'gpt2'],
] as const;

test.each(saved)('format version %i: %s', async (version, name) => {
  const path = `pretrained/v${version}/${name}`;
  const expected = await readJsonFixture<{ text: string; tokenIds: number[]; logits: OracleTensor }>(
    `${path}/expected.json`,
  );
  const { model, tokenizer } = await loadPretrained(
    { read: (file) => readFixture(`${path}/${file}`) },
    { architectures: gptLanguageModels },
  );
  expect((await readJsonFixture<{ formatVersion: number }>(`${path}/config.json`)).formatVersion).toBe(version);
  const { ids } = tokenizer.encode(expected.text);
  expect(ids.slice(0, expected.tokenIds.length)).toEqual(expected.tokenIds);
  expect(tokenizer.decode(ids)).toBe(expected.text);
  const logits = tidy(() => model.call({ tokenIds: [expected.tokenIds] }).logits);
  await expectOutput(logits, expected.logits);
  logits.dispose();
  model.dispose();
});

test('every version that was ever written has a fixture', () => {
  const versions = new Set(saved.map(([version]) => version));
  for (let version = 1; version <= FORMAT_VERSION; version++) expect(versions).toContain(version);
});
