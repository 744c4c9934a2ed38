// Activations, softmax, cross-entropy and layer norm against PyTorch.
import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropy, gelu, geluTanh, layerNorm, silu, softmax } from 'sesame-nlp/ops';
import { expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { expectOutput, fromOracle, type OracleTensor } from '../support/oracle.js';

const oracle = await readJsonFixture<{
  x: OracleTensor;
  gelu: OracleTensor;
  gelu_new: OracleTensor;
  silu: OracleTensor;
  softmax: { x: OracleTensor; softmax: OracleTensor };
  cross_entropy: {
    logits: OracleTensor;
    labels: OracleTensor;
    ignore_index: number;
    cases: { label_smoothing: number; loss: OracleTensor }[];
  };
  layer_norm: { x: OracleTensor; weight: OracleTensor; bias: OracleTensor; eps: number; y: OracleTensor };
}>('torch/functional.json');

async function expectResult(op: (...inputs: Tensor[]) => Tensor, inputs: OracleTensor[], expected: OracleTensor) {
  const tensors = inputs.map(fromOracle);
  const output = op(...tensors);
  await expectOutput(output, expected);
  dispose([tensors, output]);
}

test.each([
  ['gelu', gelu, oracle.gelu],
  ['geluTanh', geluTanh, oracle.gelu_new],
  ['silu', silu, oracle.silu],
] as const)('%s equals the reference', async (_, op, expected) => {
  await expectResult(op, [oracle.x], expected);
});

test('softmax equals the reference', async () => {
  await expectResult((x) => softmax(x), [oracle.softmax.x], oracle.softmax.softmax);
});

test('layerNorm equals the reference', async () => {
  const { x, weight, bias, eps, y } = oracle.layer_norm;
  await expectResult((x, weight, bias) => layerNorm(x!, weight!, bias!, eps), [x, weight, bias], y);
});

test('crossEntropy equals the reference, with ignored labels and with label smoothing', async () => {
  const { logits, labels, ignore_index: ignoreIndex, cases } = oracle.cross_entropy;
  expect(labels.data).toContain(ignoreIndex);
  expect(cases.map((item) => item.label_smoothing)).toEqual([0, 0.1]);
  for (const { label_smoothing: labelSmoothing, loss } of cases) {
    await expectResult(
      (logits, labels) => crossEntropy(logits!, labels!, { ignoreIndex, labelSmoothing }),
      [logits, labels],
      loss,
    );
  }
});
