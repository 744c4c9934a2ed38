// The operations as sesame-nlp and plain tfjs code run them: with our kernels, or on tfjs's own.
import {
  dispose,
  grad,
  grads,
  matMul,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tensor4d,
  tidy,
  valueAndGrad,
  zeros,
} from '@tensorflow/tfjs-core';
import 'sesame-nlp/gradients';
import { initializers, Parameter } from 'sesame-nlp/nn';
import { attention, crossEntropy, embeddingLookup, geluTanh, layerNorm } from 'sesame-nlp/ops';
import { adamW, type UpdateRule } from 'sesame-nlp/training';
import type { BackendSetup } from '../../harness/ours.js';
import { serve } from '../../harness/serve.js';
import { startBackend } from '../../harness/startBackend.js';
import { timeRepeated } from '../../harness/stopwatch.js';
import { tokenIds } from '../../models/tokenIds.js';
import type { KernelsSetup } from '../kernels.js';
import { ADAM_W, excerpt, NORM_EPSILON, numbers, type OperationName, SIZES } from '../operations.js';

/** The tensors that an operation gives; the first one is compared. */
type Operation = () => Tensor[];

function operations(): Record<OperationName, Operation> {
  const { product, scores, weightGradient, gelu, layerNorm: norm, embedding, crossEntropy: loss } = SIZES;
  const matrix = (seed: number, rows: number, columns: number) =>
    tensor2d(numbers(seed, rows * columns), [rows, columns]);

  const [left, right] = [matrix(1, product.rows, product.inner), matrix(2, product.inner, product.columns)];
  const stack = (seed: number) => {
    const { heads, time, size } = scores;
    return tensor3d(numbers(seed, heads * time * size), [heads, time, size]);
  };
  const [rows, columns] = [stack(3), stack(4)];
  const input = matrix(5, weightGradient.inner, weightGradient.rows);
  const dOutput = matrix(6, weightGradient.inner, weightGradient.columns);

  const [x, dx] = [matrix(7, gelu.rows, gelu.columns), matrix(8, gelu.rows, gelu.columns)];
  const [normInput, dNorm] = [matrix(9, norm.rows, norm.size), matrix(10, norm.rows, norm.size)];
  const [normWeight, normBias] = [tensor1d(numbers(11, norm.size)), tensor1d(numbers(12, norm.size))];
  const normalize = (x: Tensor, weight: Tensor, bias: Tensor) => layerNorm(x, weight, bias, NORM_EPSILON);

  const heads = (seed: number) => {
    const { heads, time, headSize } = SIZES.attention;
    return tensor4d(numbers(seed, heads * time * headSize), [1, heads, time, headSize]);
  };
  const [query, key, value, dContext] = [heads(13), heads(14), heads(15), heads(16)];
  const attend = (query: Tensor, key: Tensor, value: Tensor) => attention(query, key, value, { causal: true });

  const table = matrix(17, embedding.rows, embedding.size);
  const ids = tensor1d(tokenIds(embedding.ids, embedding.rows), 'int32');
  const dRows = matrix(18, embedding.ids, embedding.size);
  const logits = matrix(19, loss.positions, loss.classes);
  const labels = tensor1d(tokenIds(loss.positions, loss.classes, 1), 'int32');

  return {
    product: () => [matMul(left, right)],
    scores: () => [matMul(rows, columns, false, true)],
    weightGradient: () => [matMul(input, dOutput, true, false)],
    gelu: () => [geluTanh(x)],
    geluBackward: () => [grad(geluTanh)(x, dx)],
    layerNorm: () => [normalize(normInput, normWeight, normBias)],
    layerNormBackward: () => grads(normalize)([normInput, normWeight, normBias], dNorm),
    attention: () => [attend(query, key, value)],
    attentionBackward: () => grads(attend)([query, key, value], dContext),
    adamW: adamWStep(),
    embeddingGradient: () => [grad((table) => embeddingLookup(table, ids))(table, dRows)],
    crossEntropy: () => {
      const { value, grad } = valueAndGrad((logits) => crossEntropy(logits, labels))(logits);
      return [grad, value];
    },
  };
}

/** A step from zero moments. A kernel may write in place, so each step begins with what the one before left. */
function adamWStep(): Operation {
  const shape = [SIZES.adamW.rows, SIZES.adamW.columns];
  const size = SIZES.adamW.rows * SIZES.adamW.columns;
  const rule = adamW(ADAM_W).ruleFor('weight', new Parameter(shape, initializers.zeros)) as UpdateRule;
  const gradient = tensor(numbers(20, size), shape);
  let state: Tensor[] = [tensor(numbers(21, size), shape), ...rule.slots.map(() => zeros(shape))];
  let updates = 0;
  return () => {
    const [value, ...slots] = state as [Tensor, ...Tensor[]];
    const context = { step: updates, updates: ++updates, gradientScale: 1 };
    const next = tidy(() => [...rule.update({ value, gradient, slots }, context)]);
    dispose(state);
    state = next;
    return [next[0]!.clone()]; // what comes out is thrown away; a clone is a new name for the same numbers
  };
}

await serve(async (setup: KernelsSetup & BackendSetup) => {
  await startBackend(setup);
  const all = Object.entries(operations());
  const answers = await Promise.all(
    all.map(async ([name, run]) => {
      const results = run();
      const answer = excerpt(await results[0]!.data<'float32'>());
      dispose(results);
      return [name, answer] as const;
    }),
  );
  return {
    answers: Object.fromEntries(answers),
    tasks: Object.fromEntries(
      all.map(([name, run]) => [
        name,
        async () => ({ [name]: await timeRepeated(() => dispose(run()), setup.samples) }),
      ]),
    ),
  };
});
