import { memory } from '@tensorflow/tfjs-core';
import {
  allArchitectures,
  gptLanguageModels,
  loadPretrained,
  memoryFolder,
  readSafetensors,
  savePretrained,
  writeSafetensors,
} from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { LanguageModelingHead, withHead } from 'sesame-nlp/heads';
import { Linear } from 'sesame-nlp/layers';
import { createGpt, type Gpt, GptBackbone } from 'sesame-nlp/models';
import { freeze, namedParameters } from 'sesame-nlp/nn';
import { trainByteLevelBpeTokenizer, trainCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { readFixture } from '../support/fixtures.js';
import { fixtureFolder } from '../support/oracle.js';
import { gptOf, kinds, outputs } from './gpts.js';

let tensorsBefore: number;
beforeEach(() => {
  tensorsBefore = memory().numTensors;
});
afterEach(() => {
  expect(memory().numTensors).toBe(tensorsBefore);
});

const json = async (folder: { read(file: string): Promise<Uint8Array> }, file = 'config.json') =>
  JSON.parse(new TextDecoder().decode(await folder.read(file)));

describe.each(Object.entries(kinds))('%s', (kind, { architecture, bare }) => {
  test('it comes back as it was, bit for bit, in the form that most readers know', async () => {
    const saved = gptOf(kind);
    const folder = memoryFolder();
    await savePretrained(folder, { model: saved });
    expect(await json(folder)).toMatchObject({ architectures: [architecture], formatVersion: 1 });
    const { model, tokenizer } = await loadPretrained(folder).then((loaded) => ({
      model: loaded.model as Gpt,
      tokenizer: () => loaded.tokenizer,
    }));
    const { initialization: _, ...config } = saved.config;
    expect(model.config).toMatchObject(config);
    expect([...namedParameters(model).keys()]).toEqual([...namedParameters(saved).keys()]);
    for (const [path, parameter] of namedParameters(saved)) {
      expect(await namedParameters(model).get(path)!.read(), path).toEqual(await parameter.read());
    }
    expect(await outputs(model)).toEqual(await outputs(saved));
    expect(tokenizer).toThrow(CheckpointError);
    saved.dispose();
    model.dispose();
  });

  test('so does its backbone alone', async () => {
    const saved = gptOf(kind);
    const folder = memoryFolder();
    await savePretrained(folder, { model: saved.backbone });
    expect(await json(folder)).toMatchObject({ architectures: [bare] });
    const { model } = await loadPretrained(folder);
    expect(model).toBeInstanceOf(GptBackbone);
    expect(await outputs(model)).toEqual(await outputs(saved.backbone));
    saved.dispose();
    model.dispose();
  });

  test('saving a model that was never used draws its weights, and leaves other files alone', async () => {
    const saved = gptOf(kind);
    const folder = memoryFolder();
    await folder.write(new Map([['notes.txt', Uint8Array.of(1)]]));
    await savePretrained(folder, { model: saved });
    expect(await folder.list()).toEqual(['config.json', 'model.safetensors', 'notes.txt']);
    saved.dispose();
  });
});

test.each(['gpt2/a-lm', 'gpt2/a-model', 'gpt2/b-lm', 'gpt2/b-model', 'gpt1/a-lm'])(
  'a checkpoint of Hugging Face is written again with the same names, shapes and numbers: %s',
  async (path) => {
    const { model } = await loadPretrained(fixtureFolder(path));
    const folder = memoryFolder();
    await savePretrained(folder, { model });
    const [written, original] = [
      readSafetensors(await folder.read('model.safetensors')),
      readSafetensors(await readFixture(`${path}/model.safetensors`)),
    ];
    expect([...written.tensors.keys()].sort()).toEqual([...original.tensors.keys()].sort());
    for (const [name, { dtype, shape, data }] of original.tensors) {
      expect(written.tensors.get(name), name).toMatchObject({ dtype, shape });
      expect(Uint8Array.from(written.tensors.get(name)!.data), name).toEqual(Uint8Array.from(data));
    }
    expect(written.metadata.get('format')).toBe('pt');
    const [config, expected] = [
      await json(folder),
      JSON.parse(new TextDecoder().decode(await readFixture(`${path}/config.json`))),
    ];
    const same = ['model_type', 'architectures', 'vocab_size', 'n_positions', 'n_embd', 'n_layer', 'n_head', 'afn'];
    for (const key of [...same, 'activation_function', 'layer_norm_epsilon', 'tie_word_embeddings', 'resid_pdrop']) {
      expect(config[key], key).toEqual(expected[key]);
    }
    model.dispose();
  },
);

describe('names in a checkpoint', () => {
  /** GPT-2's own files, with tensors renamed, added or taken out. */
  async function edited(
    path: string,
    edit: (name: string) => string | undefined,
    extra: Record<string, number[]> = {},
  ) {
    const { tensors } = readSafetensors(await readFixture(`${path}/model.safetensors`));
    const renamed = new Map(
      [...tensors].flatMap(([name, tensor]) => {
        const to = edit(name);
        return to === undefined ? [] : [[to, tensor] as const];
      }),
    );
    for (const [name, shape] of Object.entries(extra)) {
      const size = shape.reduce((product, length) => product * length, 1);
      renamed.set(name, { dtype: 'F32', shape, data: new Uint8Array(4 * size) });
    }
    const bytes = writeSafetensors(renamed);
    const source = fixtureFolder(path);
    return {
      ...source,
      read: (file: string) => (file === 'model.safetensors' ? Promise.resolve(bytes) : source.read(file)),
    };
  }

  test('the prefix may be there or not, and buffers and copies of the tied layer are passed over', async () => {
    const original = await loadPretrained(fixtureFolder('gpt2/a-lm'));
    const expected = await outputs(original.model);
    original.model.dispose();
    const buffers = {
      'h.0.attn.bias': [1, 1, 4, 4],
      'h.1.attn.masked_bias': [1],
      'lm_head.weight': [90, 24],
    };
    const prefixedBuffers = { 'transformer.h.0.attn.bias': [1, 1, 4, 4], 'lm_head.weight': [90, 24] };
    for (const source of [
      await edited('gpt2/a-lm', (name) => name.replace('transformer.', ''), buffers),
      await edited('gpt2/a-lm', (name) => name, prefixedBuffers),
    ]) {
      const { model } = await loadPretrained(source);
      expect(await outputs(model)).toEqual(expected);
      model.dispose();
    }
    const prefixed = await loadPretrained(await edited('gpt2/a-model', (name) => `transformer.${name}`));
    prefixed.model.dispose();
  });

  test.each<
    [title: string, edit: (name: string) => string | undefined, extra: Record<string, number[]>, message: RegExp]
  >([
    [
      'a missing one',
      (name) => (name === 'transformer.h.1.ln_1.bias' ? undefined : name),
      {},
      /missing \(1\): h\.1\.ln_1\.bias$/,
    ],
    ['one too many', (name) => name, { 'transformer.h.0.ln_3.bias': [24] }, /not expected \(1\): h\.0\.ln_3\.bias$/],
    [
      'a misspelt one',
      (name) => name.replace('h.0.attn.c_attn.weight', 'h.0.attn.c_atn.weight'),
      {},
      /missing \(1\): .*\nnot expected \(1\): .*\nIs h\.0\.attn\.c_atn\.weight meant to be h\.0\.attn\.c_attn\.weight\?$/,
    ],
    [
      'one of another shape',
      (name) => (name === 'transformer.wpe.weight' ? undefined : name),
      { 'transformer.wpe.weight': [31, 24] },
      /transformer\.wpe\.weight is \[31, 24\], and the model that config\.json describes takes \[32, 24\]/,
    ],
    ['hostile ones', (name) => name, { __proto__x: [1], constructor: [1], toString: [1] }, /not expected \(3\)/],
  ])('%s is named, and the model is freed', async (_, edit, extra, message) => {
    const source = await edited('gpt2/a-lm', edit, extra);
    await expect(loadPretrained(source)).rejects.toThrow(CheckpointError);
    await expect(loadPretrained(source)).rejects.toThrow(message);
  });
});

describe('what cannot be loaded is refused', () => {
  const withConfig = (config: unknown) => {
    const source = fixtureFolder('gpt2/a-lm');
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    return {
      ...source,
      read: (file: string) =>
        file === 'config.json' ? Promise.resolve(new TextEncoder().encode(text)) : source.read(file),
    };
  };
  const gpt2 = async (change: Record<string, unknown>) => {
    const config = JSON.parse(new TextDecoder().decode(await readFixture('gpt2/a-lm/config.json')));
    return withConfig({ ...config, ...change });
  };

  test.each<[source: () => unknown, message: RegExp]>([
    [() => withConfig('{ not json'), /^config\.json is not JSON: /],
    [() => withConfig('[1]'), /^config\.json must hold a JSON object\.$/],
    [() => withConfig('null'), /^config\.json must hold a JSON object\.$/],
    [
      () => withConfig({}),
      /^config\.json: model_type undefined is not known here\.\nExpected is gpt2 or openai-gpt or sesame-gpt\.$/,
    ],
    [() => gpt2({ model_type: 'gpt-2' }), /^config\.json: model_type "gpt-2" is not known here\.\nIs it gpt2\?$/],
    [
      () => gpt2({ architectures: ['GPT2ForSequenceClassification'] }),
      /^config\.json: architectures "GPT2ForSequenceClassification" is not known here\./,
    ],
    [
      () => gpt2({ formatVersion: 2 }),
      /^config\.json: formatVersion 2 is not one that this version of sesame-nlp reads \(1 to 1\)\.\nUpdate sesame-nlp/,
    ],
    [() => gpt2({ formatVersion: 'one' }), /^config\.json: formatVersion one/],
    [() => gpt2({ n_head: 5 }), /^config\.json: createGpt: dModel 24 is not divisible by numHeads 5\./],
    [() => gpt2({ n_layer: 1e9 }), /^config\.json: 1000000000 layers are more than the 10000 that can be loaded\./],
    [() => gpt2({ vocab_size: '90' }), /^config\.json: createGpt: vocabSize is 90, and must be a whole number/],
    [() => gpt2({ activation_function: 'mish' }), /^config\.json: createGpt: activation is mish, and must be one of/],
    [
      () => gpt2({ activation_function: 'constructor' }),
      /^config\.json: createGpt: activation is constructor, and must be/,
    ],
    [() => gpt2({ resid_pdrop: '0.1' }), /^config\.json: createGpt: dropout is 0\.1, and must be a number/],
    [
      () => gpt2({ scale_attn_by_inverse_layer_idx: true }),
      /^config\.json: scale_attn_by_inverse_layer_idx is true, a variant of GPT-2/,
    ],
    [
      () => withConfig({ model_type: 'sesame-gpt', vocabSize: 9, nLayer: 3 }),
      /^config\.json: createGpt: there is no option nLayer\.\nDid you mean numLayers\?$/,
    ],
  ])('%#', async (source, message) => {
    const given = (await source()) as ReturnType<typeof fixtureFolder>;
    for (let time = 0; time < 2; time++) {
      await expect(loadPretrained(given)).rejects.toThrow(CheckpointError);
      await expect(loadPretrained(given)).rejects.toThrow(message);
    }
  });

  test('a path in the place of a folder, and misspelt options', async () => {
    const load = loadPretrained as (source: unknown, options?: unknown) => Promise<unknown>;
    await expect(load('models/tide')).rejects.toThrow('Try directoryFolder(');
    await expect(load(memoryFolder(), { architecture: [] })).rejects.toThrow('Did you mean architectures?');
  });

  test('a damaged, cut or absent file of weights', async () => {
    const folder = memoryFolder();
    const model = gptOf('GPT-2');
    await savePretrained(folder, { model });
    model.dispose();
    const weights = await folder.read('model.safetensors');
    for (const damaged of [weights.subarray(0, 7), weights.subarray(0, weights.length - 1), new Uint8Array()]) {
      await folder.write(new Map([['model.safetensors', damaged]]));
      await expect(loadPretrained(folder)).rejects.toThrow(CheckpointError);
    }
    const source = {
      read: async (file: string) => {
        if (file === 'config.json') return folder.read(file);
        throw new CheckpointError(`there is no ${file}`);
      },
    };
    await expect(loadPretrained(source)).rejects.toThrow('there is no model.safetensors');
    await expect(loadPretrained(memoryFolder())).rejects.toThrow(CheckpointError);
  });

  test('weights of a type that is no number of a model leave nothing behind', async () => {
    const { tensors } = readSafetensors(await readFixture('gpt2/a-lm/model.safetensors'));
    const bias = tensors.get('transformer.ln_f.bias')!;
    const changed = new Map([
      ...tensors,
      ['transformer.ln_f.bias', { dtype: 'I32', shape: bias.shape, data: bias.data }] as const,
    ]);
    const bytes = writeSafetensors(changed);
    const source = fixtureFolder('gpt2/a-lm');
    const folder = {
      ...source,
      read: (file: string) => (file === 'model.safetensors' ? Promise.resolve(bytes) : source.read(file)),
    };
    await expect(loadPretrained(folder)).rejects.toThrow(CheckpointError);
  });

  test('a tokenizer.json that is damaged: the model is freed', async () => {
    const folder = memoryFolder();
    const model = gptOf('GPT-2');
    await savePretrained(folder, { model });
    model.dispose();
    await folder.write(new Map([['tokenizer.json', new TextEncoder().encode('{')]]));
    await expect(loadPretrained(folder)).rejects.toThrow('tokenizer.json: this is not JSON');
  });
});

describe('savePretrained', () => {
  test('refuses a path in the place of a folder, and misspelt options: no tokenizer is left out unnoticed', async () => {
    const save = savePretrained as (target: unknown, what: unknown) => Promise<void>;
    const model = gptOf('GPT-2');
    await expect(save('models/tide', { model })).rejects.toThrow('Try directoryFolder(');
    await expect(save(memoryFolder(), { model, tokeniser: {} })).rejects.toThrow('Did you mean tokenizer?');
    await expect(save(memoryFolder(), model)).rejects.toThrow('savePretrained: there is no option');
  });

  test('a model that no architecture fits is refused, and nothing is written', async () => {
    const folder = memoryFolder();
    await expect(savePretrained(folder, { model: new Linear(2, 2) })).rejects.toThrow(
      /^savePretrained: no architecture fits a Linear; tried GPT2LMHeadModel, .*\nPass one for it in architectures\.$/,
    );
    expect(await folder.list()).toEqual([]);
  });

  test('the head that a model has is saved, not the one that its backbone was built with', async () => {
    const tied = gptOf('GPT-2');
    const { vocabSize, dModel } = tied.config;
    const model = withHead(tied.backbone, new LanguageModelingHead({ vocabSize, dModel }));
    const folder = memoryFolder();
    await savePretrained(folder, { model });
    const loaded = (await loadPretrained(folder, { architectures: gptLanguageModels })).model;
    expect(loaded.config.tieEmbeddings).toBe(false);
    expect(await loaded.head.weight.read()).toEqual(await model.head.weight.read());
    loaded.dispose();
    model.dispose();

    const other = withHead(tied.backbone, new LanguageModelingHead({ vocabSize: 3, dModel }));
    await expect(savePretrained(folder, { model: other })).rejects.toThrow(CheckpointError);
    other.dispose();
  });

  test('frozen weights are saved like the others', async () => {
    const model = gptOf('GPT-2');
    freeze(model);
    const folder = memoryFolder();
    await savePretrained(folder, { model });
    const { model: loaded } = await loadPretrained(folder);
    expect(await outputs(loaded)).toEqual(await outputs(model));
    model.dispose();
    loaded.dispose();
  });

  test('a tokenizer goes along and comes back', async () => {
    const text = '潮水退了就知道誰 The tide goes out. 潮水退了';
    const trained = [
      await trainByteLevelBpeTokenizer([text], { vocabSize: 300 }),
      await trainCharacterTokenizer([text]),
    ];
    for (const tokenizer of trained) {
      const model = createGpt({ vocabSize: 300, maxPositions: 8, dModel: 4, numLayers: 1, numHeads: 1 });
      const folder = memoryFolder();
      await savePretrained(folder, { model, tokenizer });
      const loaded = await loadPretrained(folder);
      expect(loaded.tokenizer.encode(text).ids).toEqual(tokenizer.encode(text).ids);
      expect(loaded.tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
      model.dispose();
      loaded.model.dispose();
    }
  });
});

test('the architectures that are passed in say what type the model has', async () => {
  const folder = memoryFolder();
  const saved = gptOf('the recipe');
  await savePretrained(folder, { model: saved, architectures: gptLanguageModels });
  const { model } = await loadPretrained(folder, { architectures: gptLanguageModels });
  expectTypeOf(model).toEqualTypeOf<Gpt>();
  const any = await loadPretrained(folder);
  expectTypeOf(any.model).toEqualTypeOf<Gpt | GptBackbone>();
  model.dispose();
  any.model.dispose();

  const backbone = memoryFolder();
  await savePretrained(backbone, { model: saved.backbone });
  await expect(loadPretrained(backbone, { architectures: gptLanguageModels })).rejects.toThrow(CheckpointError);
  await expect(savePretrained(backbone, { model: saved.backbone, architectures: gptLanguageModels })).rejects.toThrow(
    CheckpointError,
  );
  saved.dispose();
  expect(new Set(allArchitectures.map(({ name }) => name)).size).toBe(allArchitectures.length);
});
