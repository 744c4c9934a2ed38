// What tiny GPT-2 models with random weights write, against the reference implementation.

import { gptLanguageModels, loadPretrained } from 'sesame-nlp/checkpoints';
import { type GenerateOptions, generate } from 'sesame-nlp/generation';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { fixtureFolder, isGpu, type OracleTensor } from '../support/oracle.js';

interface GenerationRun {
  readonly name: string;
  readonly inputs: { readonly input_ids: OracleTensor; readonly attention_mask?: OracleTensor };
  readonly params: {
    readonly max_length: number;
    readonly eos_token_id?: number;
    readonly repetition_penalty?: number;
  };
  readonly sequences: OracleTensor;
}

/** On a GPU backend, which CI runs in software and slowly, the hardest run and the way that people take. */
const RUNS = isGpu()
  ? ['greedy-left-padded']
  : ['greedy', 'greedy-eos', 'greedy-left-padded', 'greedy-repetition-penalty'];

function rowsOf({ shape, data }: OracleTensor): number[][] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => data.slice(row * columns, (row + 1) * columns).map(Number));
}

/** The prompts without their padding. */
function promptsOf({ input_ids, attention_mask }: GenerationRun['inputs']): number[][] {
  const mask = attention_mask && rowsOf(attention_mask);
  return rowsOf(input_ids).map((ids, row) => ids.filter((_, place) => mask?.[row]?.[place] !== 0));
}

/** What follows the prompts: the reference writes the end-of-text token and padding, we write neither. */
function expectedTexts({ inputs, params, sequences }: GenerationRun): number[][] {
  return rowsOf(sequences).map((sequence) => {
    const text = sequence.slice(inputs.input_ids.shape[1]);
    const end = text.indexOf(params.eos_token_id ?? -1);
    return end < 0 ? text : text.slice(0, end);
  });
}

describe.each(['gpt2-a', 'gpt2-b'])('%s', (name) => {
  test.each(RUNS)('%s equals the reference, in a batch and alone, with and without a cache', async (run) => {
    const { runs } = await readJsonFixture<{ runs: GenerationRun[] }>(`generation/${name}/expected.json`);
    const expected = runs.find((candidate) => candidate.name === run)!;
    const { model } = await loadPretrained(fixtureFolder(`generation/${name}`), { architectures: gptLanguageModels });
    const { max_length, eos_token_id, repetition_penalty } = expected.params;
    const options: GenerateOptions = {
      temperature: 0,
      maxNewTokens: max_length - expected.inputs.input_ids.shape[1]!,
      eosTokenId: eos_token_id,
      repetitionPenalty: repetition_penalty,
    };
    const prompts = promptsOf(expected.inputs);
    const texts = expectedTexts(expected);
    expect(await generate(model, prompts, options)).toEqual(texts);
    if (!isGpu()) {
      expect(await generate(model, prompts, { ...options, useCache: false })).toEqual(texts);
      for (const [row, prompt] of prompts.entries()) {
        expect(await generate(model, prompt, options)).toEqual([texts[row]]);
      }
    }
    model.dispose();
  });
});
