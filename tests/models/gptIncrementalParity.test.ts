// GPT-2 fed piece by piece: logits, keys and values equal what the reference has after the same pieces.
import { concat, dispose, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { loadPretrained } from 'sesame-nlp/checkpoints';
import type { Gpt } from 'sesame-nlp/models';
import { KeyValueCache, KeyValueChunks } from 'sesame-nlp/nn';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { expectOutput, fixtureFolder, fromOracle, type OracleTensor } from '../support/oracle.js';

interface Incremental {
  readonly input_ids: OracleTensor;
  readonly steps: { readonly from: number; readonly to: number; readonly logits: OracleTensor }[];
  readonly final_past_layer0_key: OracleTensor;
  readonly final_past_layer0_value: OracleTensor;
  readonly left_padded: Record<
    | 'input_ids'
    | 'attention_mask'
    | 'position_ids'
    | 'next_token'
    | 'next_attention_mask'
    | 'next_position_ids'
    | 'next_logits',
    OracleTensor
  >;
}

async function load(folder: string) {
  const { model } = await loadPretrained(fixtureFolder(folder));
  const { incremental } = await readJsonFixture<{ incremental: Incremental }>(`${folder}/expected.json`);
  return { gpt: model as Gpt, incremental };
}

describe.each(['gpt2/a-lm', 'gpt2/b-lm'])('%s', (folder) => {
  test('logits of each piece, and the keys and values at the end, equal the reference', async () => {
    const { gpt, incremental } = await load(folder);
    const ids = fromOracle(incremental.input_ids);
    const cache = new KeyValueCache();
    for (const { from, to, logits: expected } of incremental.steps) {
      const tokenIds = slice(ids, [0, from], [ids.shape[0]!, to - from]);
      const logits = tidy(() => gpt.call({ tokenIds }, { cache }).logits);
      await expectOutput(logits, expected);
      dispose([tokenIds, logits]);
    }
    const memory = cache.stateOf(gpt.backbone.decoder.blocks[0]!.attention, () => new KeyValueChunks());
    const joined = (part: 'key' | 'value') => concat(memory.chunks.map((chunk) => chunk[part]) as Tensor[], 2);
    const [key, value] = [joined('key'), joined('value')];
    await expectOutput(key, incremental.final_past_layer0_key);
    await expectOutput(value, incremental.final_past_layer0_value);
    expect(cache.length).toBe(ids.shape[1]);
    dispose([ids, key, value]);
    cache.dispose();
    gpt.dispose();
  });

  test.each([true, false])('a token after left padding equals the reference (positions given: %s)', async (given) => {
    const { gpt, incremental } = await load(folder);
    const tensors = Object.entries(incremental.left_padded).map(
      ([name, tensor]) => [name, fromOracle(tensor)] as const,
    );
    const { input_ids, attention_mask, position_ids, next_token, next_position_ids } = Object.fromEntries(tensors);
    const cache = new KeyValueCache();
    const prompt = {
      tokenIds: input_ids!,
      attentionMask: attention_mask!,
      positionIds: given ? position_ids : undefined,
    };
    dispose(tidy(() => gpt.call(prompt, { cache }).logits));
    const next = { tokenIds: next_token!, positionIds: given ? next_position_ids : undefined };
    const logits = tidy(() => gpt.call(next, { cache }).logits);
    await expectOutput(logits, incremental.left_padded.next_logits);
    dispose([logits, ...tensors.map(([, tensor]) => tensor)]);
    cache.dispose();
    gpt.dispose();
  });
});
