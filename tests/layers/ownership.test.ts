// Whose tensors come out, and where positions do and do not act.
import { dispose, memory, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { ConfigError } from 'sesame-nlp/errors';
import {
  AlibiPositions,
  headSize,
  MultiHeadAttention,
  RotaryPositions,
  SinusoidalPositions,
  TransformerEncoder,
} from 'sesame-nlp/layers';
import { initialize, namedParameters } from 'sesame-nlp/nn';
import { expect, test } from 'vitest';

const hidden = (time: number) =>
  tensor3d(
    Float32Array.from({ length: time * 4 }, (_, i) => Math.sin(i)),
    [1, time, 4],
  );

test('all layers of a stack are the caller’s to dispose of, and its input stays whole', async () => {
  const encoder = new TransformerEncoder({ dModel: 4, numHeads: 2, numLayers: 2 });
  const x = hidden(3);
  const before = [...(await x.data())];
  const { layers } = encoder.call(x, { outputHiddenStates: true });
  expect([...(await layers![0]!.data())]).toEqual(before);
  dispose(layers!);
  expect([...(await x.data())]).toEqual(before);
  x.dispose();
  encoder.dispose();
});

test.each([
  ['rotary', () => new RotaryPositions({ headSize: 2, maxPositions: 8 })],
  ['ALiBi', () => new AlibiPositions(2)],
])('%s positions act within one text, and not across to another', async (_, positions) => {
  const [placed, plain] = [
    new MultiHeadAttention({ dModel: 4, numHeads: 2, positions: positions() }),
    new MultiHeadAttention({ dModel: 4, numHeads: 2 }),
  ];
  initialize(placed, { seed: 1 });
  for (const [path, parameter] of namedParameters(placed)) {
    namedParameters(plain)
      .get(path)!
      .assign(await parameter.read());
  }
  const [x, key] = [hidden(3), hidden(5)];
  const run = async (module: MultiHeadAttention, options: object) => {
    const output = tidy(() => module.call(x, options).hiddenStates);
    const values = [...(await output.data())];
    output.dispose();
    return values;
  };
  expect(await run(placed, { key })).toEqual(await run(plain, { key }));
  expect(await run(placed, {})).not.toEqual(await run(plain, {}));
  dispose([x, key]);
  placed.dispose();
  plain.dispose();
});

test('rotary places may begin anywhere: scores depend on distances alone', async () => {
  const attention = new MultiHeadAttention({
    dModel: 4,
    numHeads: 2,
    causal: true,
    positions: new RotaryPositions({ headSize: 2, maxPositions: 32 }),
  });
  const x = hidden(3);
  const at = async (start: number) => {
    const output = tidy(() => {
      const positionIds = tensor2d([[start, start + 1, start + 2]], [1, 3], 'int32');
      return attention.call(x, { positionIds }).hiddenStates;
    });
    const values = [...(await output.data())];
    output.dispose();
    return values;
  };
  const [first, later] = [await at(0), await at(17)];
  for (const [index, value] of first.entries()) expect(later[index]).toBeCloseTo(value, 5);
  x.dispose();
  attention.dispose();
});

test('sinusoidal vectors are sines and cosines of the place', async () => {
  const positions = new SinusoidalPositions(4, 4);
  const before = memory().numTensors;
  const output = tidy(() => positions.call(tensor2d([[0, 1, 3]], [1, 3], 'int32')));
  const expected = [0, 1, 3].flatMap((p) => [Math.sin(p), Math.cos(p), Math.sin(p / 100), Math.cos(p / 100)]);
  for (const [index, value] of (await output.data()).entries()) expect(value).toBeCloseTo(expected[index]!, 6);
  output.dispose();
  expect(memory().numTensors).toBe(before);
});

test('head sizes that do not come out even are answered with ones that do', () => {
  expect(headSize('MultiHeadAttention', 12, 3)).toBe(4);
  expect(() => headSize('MultiHeadAttention', 10, 4)).toThrow(
    'MultiHeadAttention: dModel 10 is not divisible by numHeads 4.\n' +
      'Each head needs an equal share. Try dModel 12 or numHeads 5.',
  );
  for (const bad of [0, -2, 1.5, Number.NaN]) expect(() => headSize('MultiHeadAttention', 8, bad)).toThrow(ConfigError);
});
