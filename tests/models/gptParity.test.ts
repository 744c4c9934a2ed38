// GPT-2 and GPT-1 against the reference implementation, on tiny models with random weights.
import { concat, dispose, div, slice, type Tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { loadPretrained } from 'sesame-nlp/checkpoints';
import { type Gpt, GptBackbone } from 'sesame-nlp/models';
import { KeyValueCache, namedParameters, type TokenBatch } from 'sesame-nlp/nn';
import { afterEach, describe, expect, test } from 'vitest';
import { gpt2LMHeadModel, openAIGPTLMHeadModel } from '../../src/pretrained/gptArchitectures.js';
import { readJsonFixture } from '../support/fixtures.js';
import {
  expectGradient,
  expectOutput,
  fixtureFolder,
  fromOracle,
  type OracleRun,
  type OracleTensor,
} from '../support/oracle.js';

interface Case {
  readonly runs: OracleRun[];
}

const models: { dispose(): void }[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

async function load(folder: string) {
  const [{ model }, { runs }] = await Promise.all([
    loadPretrained(fixtureFolder(folder)),
    readJsonFixture<Case>(`${folder}/expected.json`),
  ]);
  models.push(model);
  return { model, runs };
}

function inputsOf(run: OracleRun): TokenBatch {
  const { input_ids, attention_mask, position_ids, token_type_ids } = run.inputs;
  return {
    tokenIds: fromOracle(input_ids!),
    attentionMask: attention_mask && fromOracle(attention_mask),
    positionIds: position_ids && fromOracle(position_ids),
    typeIds: token_type_ids && fromOracle(token_type_ids),
  };
}

/** Which entries of a [batch, time, ...] output belong to tokens and not to padding. */
function atTokens(run: OracleRun, expected: OracleTensor): (index: number) => boolean {
  const mask = run.inputs.attention_mask;
  const [batch, time] = run.inputs.input_ids!.shape as [number, number];
  const perRow = expected.data.length / batch;
  const perPlace = perRow / time;
  const isAttention = expected.shape.length === 4;
  return (index) => {
    if (mask === undefined) return true;
    const row = Math.floor(index / perRow);
    const place = isAttention ? Math.floor(index / time) % time : Math.floor((index % perRow) / perPlace);
    return mask.data[row * time + place] === 1;
  };
}

describe.each(['gpt2/a-lm', 'gpt2/b-lm', 'gpt1/a-lm'])('%s', (folder) => {
  test('logits, loss and gradients equal the reference', async () => {
    const { model, runs } = await load(folder);
    const gpt = model as Gpt;
    const architecture = folder.startsWith('gpt2') ? gpt2LMHeadModel : openAIGPTLMHeadModel;
    const parameters = namedParameters(gpt);
    const { map } = architecture.weights(gpt);
    for (const run of runs) {
      const inputs = inputsOf(run);
      const output = gpt.call(inputs);
      await expectOutput(output.logits, run.outputs.logits!);
      dispose([output.logits, output.hiddenStates]);
      const labels = fromOracle(run.labels!.labels!);
      const { value, grads } = variableGrads(
        () => {
          const { total, count } = gpt.loss({ ...inputs, labels });
          return div(total, count);
        },
        [...parameters.values()].map((parameter) => parameter.variable),
      );
      await expectOutput(value, run.outputs.loss!);
      for (const [name, expected] of Object.entries(run.grads!)) {
        const paths = map.find(({ stored }) => stored === name)!.parameters;
        const parts = paths.map((path) => grads[parameters.get(path)!.variable.name]!);
        await expectGradient(parts.length === 1 ? parts[0]! : concat(parts, -1), expected);
      }
    }
    expect(runs.length).toBeGreaterThan(1);
  });
});

describe.each(['gpt2/a-model', 'gpt2/b-model'])('%s', (folder) => {
  test('hidden states and attentions of every layer equal the reference, with padding left and right', async () => {
    const { model, runs } = await load(folder);
    expect(model).toBeInstanceOf(GptBackbone);
    for (const run of runs) {
      const output = (model as GptBackbone).call(inputsOf(run), { outputHiddenStates: true, outputAttentions: true });
      const { last_hidden_state, hidden_states, attentions } = run.outputs;
      await expectOutput(output.hiddenStates, last_hidden_state!, atTokens(run, last_hidden_state!));
      expect(output.layers).toHaveLength(hidden_states!.length);
      for (const [layer, expected] of hidden_states!.entries()) {
        await expectOutput(output.layers![layer]!, expected, atTokens(run, expected));
      }
      for (const [layer, expected] of attentions!.entries()) {
        await expectOutput(output.attentions![layer]!, expected, atTokens(run, expected));
      }
    }
  });

  test('left padding finds its positions without being told', async () => {
    const { model, runs } = await load(folder);
    const run = runs.find(({ name }) => name === 'left-padded')!;
    const output = (model as GptBackbone).call({ ...inputsOf(run), positionIds: undefined });
    const expected = run.outputs.last_hidden_state!;
    await expectOutput(output.hiddenStates, expected, atTokens(run, expected));
  });
});

test('logits with a cache, fed in pieces, equal those of the whole text', async () => {
  const { model, runs } = await load('gpt2/a-lm');
  const { input_ids, attention_mask } = runs.find(({ name }) => name === 'right-padded')!.inputs;
  const [ids, mask] = [fromOracle(input_ids!), fromOracle(attention_mask!)];
  const cache = new KeyValueCache();
  const piece = (table: Tensor, start: number, end: number) => slice(table, [0, start], [table.shape[0]!, end - start]);
  const pieces = [0, 3, 4, 5, 8].flatMap((start, index, starts) => {
    const end = starts[index + 1];
    if (end === undefined) return [];
    const batch = tidy(() => ({ tokenIds: piece(ids, start, end), attentionMask: piece(mask, start, end) }));
    return [(model as Gpt).call(batch, { cache }).logits];
  });
  await expectOutput(concat(pieces, 1), runs.find(({ name }) => name === 'right-padded')!.outputs.logits!);
  expect(cache.length).toBe(8);
  cache.dispose();
});
