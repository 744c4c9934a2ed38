// Models of 8-bit numbers: saved, loaded, and rounded while they are loaded.
import { memory, profile } from '@tensorflow/tfjs-core';
import {
  gptLanguageModels,
  loadPretrained,
  memoryFolder,
  readSafetensors,
  savePretrained,
  type TensorToWrite,
  writeSafetensors,
} from 'sesame-nlp/checkpoints';
import { CheckpointError, ConfigError } from 'sesame-nlp/errors';
import type { Gpt, GptBackbone } from 'sesame-nlp/models';
import { namedParameters } from 'sesame-nlp/nn';
import { Int8Matrix } from 'sesame-nlp/ops';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const json = async (folder: { read(file: string): Promise<Uint8Array> }) =>
  JSON.parse(new TextDecoder().decode(await folder.read('config.json')));

const codesOf = async (model: Gpt | GptBackbone) => {
  const codes = new Map<string, unknown>();
  for (const [path, { operand }] of namedParameters(model)) {
    if (operand instanceof Int8Matrix) codes.set(path, await operand.read());
  }
  return codes;
};

describe.each(Object.keys(kinds))('%s', (kind) => {
  test('rounded to 8 bits it comes back as it was, bit for bit', async () => {
    const saved = gptOf(kind);
    await saved.quantize('int8');
    const folder = memoryFolder();
    await savePretrained(folder, { model: saved });
    expect((await json(folder)).quantization_config).toMatchObject({ quant_method: 'sesame-int8', bits: 8 });
    const { model } = await loadPretrained(folder);
    const codes = await codesOf(saved);
    expect(codes.size).toBeGreaterThan(10);
    expect(await codesOf(model)).toEqual(codes);
    expect(await outputs(model)).toEqual(await outputs(saved));
    saved.dispose();
    model.dispose();
  });

  test('rounded while it is loaded, it is what it is if it is rounded afterwards', async () => {
    const [saved, folder] = [gptOf(kind), memoryFolder()];
    await savePretrained(folder, { model: saved });
    const { model } = await loadPretrained(folder, { quantize: 'int8', architectures: gptLanguageModels });
    await saved.quantize('int8');
    expect(await codesOf(model)).toEqual(await codesOf(saved));
    expect(await outputs(model)).toEqual(await outputs(saved));
    saved.dispose();
    model.dispose();
  });
});

test('codes are stored output by output, fused as the floats are, with a scale for each', async () => {
  const { model } = await loadPretrained(fixtureFolder('gpt2/a-lm'), { quantize: 'int8' });
  const folder = memoryFolder();
  await savePretrained(folder, { model });
  const { tensors } = readSafetensors(await folder.read('model.safetensors'));
  expect(tensors.get('transformer.wte.weight')).toMatchObject({ dtype: 'I8', shape: [90, 24] });
  expect(tensors.get('transformer.wte.weight.scales')).toMatchObject({ dtype: 'F32', shape: [90] });
  expect(tensors.get('transformer.h.0.attn.c_attn.weight')).toMatchObject({ dtype: 'I8', shape: [72, 24] });
  expect(tensors.get('transformer.h.0.attn.c_attn.weight.scales')).toMatchObject({ dtype: 'F32', shape: [72] });
  expect(tensors.get('transformer.h.0.attn.c_attn.bias')).toMatchObject({ dtype: 'F32', shape: [72] });

  // By hand: the first output of the fused map is the first column of the floats.
  const floats = readSafetensors(await readFixture('gpt2/a-lm/model.safetensors')).tensors.get(
    'transformer.h.0.attn.c_attn.weight',
  )!;
  const values = new Float32Array(Uint8Array.from(floats.data).buffer);
  const column = Array.from({ length: 24 }, (_, row) => values[row * 72]!);
  const scale = Math.fround(Math.max(...column.map(Math.abs)) / 127);
  const { data } = tensors.get('transformer.h.0.attn.c_attn.weight')!;
  expect([...new Int8Array(data.buffer, data.byteOffset, 24)]).toEqual(
    column.map((value) => Math.round(value / scale)),
  );
  model.dispose();
});

test('a model of which only a part is rounded keeps both', async () => {
  const saved = gptOf('GPT-2');
  const { query, output } = saved.backbone.decoder.blocks[0]!.attention as unknown as Record<string, Gpt>;
  await query!.quantize('int8');
  await output!.quantize('int8');
  const folder = memoryFolder();
  await savePretrained(folder, { model: saved });
  const { tensors } = readSafetensors(await folder.read('model.safetensors'));
  expect(tensors.get('transformer.h.0.attn.c_attn.weight')!.dtype).toBe('F32'); // key and value are floats
  expect(tensors.get('transformer.h.0.attn.c_proj.weight')!.dtype).toBe('I8');
  const { model } = await loadPretrained(folder, { architectures: gptLanguageModels });
  const [before, after] = [await outputs(saved), await outputs(model)];
  for (const [index, value] of before.entries()) expect(after[index]).toBeCloseTo(value, 3);
  saved.dispose();
  model.dispose();
});

test('a packed model is saved as the floats that it holds', async () => {
  const [saved, folder, packedFolder] = [gptOf('GPT-2'), memoryFolder(), memoryFolder()];
  await savePretrained(folder, { model: saved });
  await saved.pack();
  await savePretrained(packedFolder, { model: saved });
  expect(await packedFolder.read('model.safetensors')).toEqual(await folder.read('model.safetensors'));
  expect(await json(packedFolder)).toEqual(await json(folder));
  saved.dispose();
});

test('the backend never holds the floats of a model that is rounded while it is loaded', async () => {
  const [saved, folder] = [gptOf('GPT-2'), memoryFolder()];
  await savePretrained(folder, { model: saved });
  saved.dispose();
  const bytesBefore = memory().numBytes;
  let model: Gpt | GptBackbone | undefined;
  const { peakBytes } = await profile(async () => {
    model = (await loadPretrained(folder, { quantize: 'int8' })).model;
    return [];
  });
  const parameters = [...namedParameters(model!).values()];
  const bytes = parameters.reduce((sum, parameter) => sum + parameter.bytes, 0);
  expect(memory().numBytes - bytesBefore).toBe(bytes);
  expect(peakBytes).toBeLessThanOrEqual(bytesBefore + bytes);
  model!.dispose();
});

describe('what cannot be loaded is refused', () => {
  async function edited(edit: (tensors: Map<string, TensorToWrite>) => void) {
    const saved = gptOf('GPT-2');
    await saved.quantize('int8');
    const folder = memoryFolder();
    await savePretrained(folder, { model: saved });
    saved.dispose();
    const tensors = new Map<string, TensorToWrite>(readSafetensors(await folder.read('model.safetensors')).tensors);
    edit(tensors);
    await folder.write(new Map([['model.safetensors', writeSafetensors(tensors)]]));
    return folder;
  }

  test.each<[string, (tensors: Map<string, TensorToWrite>) => void, RegExp]>([
    [
      'codes without scales',
      (tensors) => tensors.delete('transformer.h.0.mlp.c_fc.weight.scales'),
      /missing \(1\): h\.0\.mlp\.c_fc\.weight\.scales$/,
    ],
    [
      'scales without codes',
      (tensors) =>
        tensors.set('transformer.ln_f.weight.scales', { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
      /not expected \(1\): ln_f\.weight\.scales$/,
    ],
    [
      'codes of another shape',
      (tensors) => tensors.set('transformer.wte.weight', { dtype: 'I8', shape: [8, 40], data: new Int8Array(320) }),
      /wte\.weight is \[8, 40\], and the model that config\.json describes takes \[40, 8\]/,
    ],
    [
      'too few scales',
      (tensors) =>
        tensors.set('transformer.wte.weight.scales', { dtype: 'F32', shape: [8], data: new Float32Array(8) }),
      /wte\.weight\.scales is \[8\], and the model that config\.json describes takes \[40\]/,
    ],
  ])('%s', async (_, edit, message) => {
    const folder = await edited(edit);
    await expect(loadPretrained(folder)).rejects.toThrow(CheckpointError);
    await expect(loadPretrained(folder)).rejects.toThrow(message);
  });

  test('weights that another method rounded, and an encoding that there is not', async () => {
    const source = fixtureFolder('gpt2/a-lm');
    const config = JSON.parse(new TextDecoder().decode(await source.read('config.json')));
    const changed = (quantization: unknown) => ({
      ...source,
      read: async (file: string) =>
        file === 'config.json'
          ? new TextEncoder().encode(JSON.stringify({ ...config, quantization_config: quantization }))
          : source.read(file),
    });
    await expect(loadPretrained(changed({ quant_method: 'gptq', bits: 4 }))).rejects.toThrow(
      'config.json: the weights are quantized by "gptq", which is not read here.',
    );
    (await loadPretrained(changed(null))).model.dispose();
    await expect(loadPretrained(source, { quantize: 'int4' as 'int8' })).rejects.toThrow(ConfigError);
    await expect(loadPretrained(source, { quantise: 'int8' } as object)).rejects.toThrow('Did you mean quantize?');
  });
});
