// The operations as @jax-js/jax runs them: compiled by its `jit`, with the gradients of its `grad`.
import type { JaxArray } from '@jax-js/jax';
import { startJax } from '../../harness/jax.js';
import { serve } from '../../harness/serve.js';
import { timeRepeated } from '../../harness/stopwatch.js';
import { tokenIds } from '../../models/tokenIds.js';
import type { KernelsSetup } from '../kernels.js';
import { ADAM_W, excerpt, NORM_EPSILON, numbers, type OperationName, SIZES } from '../operations.js';

const { blockUntilReady, grad, jit, nn, numpy, valueAndGrad } = await startJax();

/** The arrays that an operation gives; the first one is compared. */
type Operation = () => JaxArray[];

// A call takes its arguments over: `.ref` keeps them for the next one.
function operations(): Record<OperationName, Operation> {
  const { product, scores, weightGradient, gelu, layerNorm, attention, embedding, crossEntropy } = SIZES;
  const array = (seed: number, ...shape: number[]) =>
    numpy
      .array(
        numbers(
          seed,
          shape.reduce((size, length) => size * length, 1),
        ),
      )
      .reshape(shape);
  const whole = (numbers: readonly number[]) => numpy.array(Int32Array.from(numbers));

  const [left, right] = [array(1, product.rows, product.inner), array(2, product.inner, product.columns)];
  const multiply = jit((left: JaxArray, right: JaxArray) => numpy.matmul(left, right));
  const [rows, columns] = [
    array(3, scores.heads, scores.time, scores.size),
    array(4, scores.heads, scores.time, scores.size),
  ];
  const multiplyTransposed = jit((rows: JaxArray, columns: JaxArray) =>
    numpy.matmul(rows, columns.transpose([0, 2, 1])),
  );
  const input = array(5, weightGradient.inner, weightGradient.rows);
  const dOutput = array(6, weightGradient.inner, weightGradient.columns);
  const multiplyFirstTransposed = jit((input: JaxArray, dOutput: JaxArray) =>
    numpy.matmul(input.transpose([1, 0]), dOutput),
  );

  const [x, dx] = [array(7, gelu.rows, gelu.columns), array(8, gelu.rows, gelu.columns)];
  const activate = jit((x: JaxArray) => nn.gelu(x));
  const activateBackward = jit(grad((x: JaxArray, dx: JaxArray) => nn.gelu(x).mul(dx).sum()));

  const [normInput, dNorm] = [array(9, layerNorm.rows, layerNorm.size), array(10, layerNorm.rows, layerNorm.size)];
  const [normWeight, normBias] = [array(11, layerNorm.size), array(12, layerNorm.size)];
  const norm = (x: JaxArray, weight: JaxArray, bias: JaxArray) =>
    nn.standardize(x, -1, { epsilon: NORM_EPSILON }).mul(weight).add(bias);
  const normalize = jit(norm);
  const normalizeBackward = jit(
    grad((x: JaxArray, weight: JaxArray, bias: JaxArray, dx: JaxArray) => norm(x, weight, bias).mul(dx).sum(), {
      argnums: [0, 1, 2],
    }),
  );

  const heads = (seed: number) => array(seed, attention.heads, attention.time, attention.headSize);
  const [query, key, value, dContext] = [heads(13), heads(14), heads(15), heads(16)];
  const hidden = numpy.triu(numpy.full([attention.time, attention.time], -1e9), 1);
  // Of products: nn.dotProductAttention needs the iterator helpers of Node 22.
  const weigh = (query: JaxArray, key: JaxArray, value: JaxArray, hidden: JaxArray) => {
    const products = numpy.matmul(query, key.transpose([0, 2, 1])).mul(1 / Math.sqrt(attention.headSize));
    return numpy.matmul(nn.softmax(products.add(hidden), -1), value);
  };
  const attend = jit(weigh);
  const attendBackward = jit(
    grad(
      (query: JaxArray, key: JaxArray, value: JaxArray, hidden: JaxArray, dContext: JaxArray) =>
        weigh(query, key, value, hidden).mul(dContext).sum(),
      { argnums: [0, 1, 2] },
    ),
  );

  const table = array(17, embedding.rows, embedding.size);
  const ids = whole(tokenIds(embedding.ids, embedding.rows));
  const dRows = array(18, embedding.ids, embedding.size);
  const lookupBackward = jit(
    grad((table: JaxArray, ids: JaxArray, dRows: JaxArray) => numpy.take(table, ids, 0).mul(dRows).sum()),
  );
  const logits = array(19, crossEntropy.positions, crossEntropy.classes);
  const labels = whole(tokenIds(crossEntropy.positions, crossEntropy.classes, 1));
  const lossAndGradient = jit(
    valueAndGrad((logits: JaxArray, labels: JaxArray) =>
      nn
        .oneHot(labels, crossEntropy.classes)
        .mul(nn.logSoftmax(logits, -1))
        .sum()
        .mul(-1 / crossEntropy.positions),
    ),
  );

  return {
    product: () => [multiply(left.ref, right.ref)],
    scores: () => [multiplyTransposed(rows.ref, columns.ref)],
    weightGradient: () => [multiplyFirstTransposed(input.ref, dOutput.ref)],
    gelu: () => [activate(x.ref)],
    geluBackward: () => [activateBackward(x.ref, dx.ref)],
    layerNorm: () => [normalize(normInput.ref, normWeight.ref, normBias.ref)],
    layerNormBackward: () => normalizeBackward(normInput.ref, normWeight.ref, normBias.ref, dNorm.ref),
    attention: () => [attend(query.ref, key.ref, value.ref, hidden.ref)],
    attentionBackward: () => attendBackward(query.ref, key.ref, value.ref, hidden.ref, dContext.ref),
    adamW: adamWStep(),
    embeddingGradient: () => [lookupBackward(table.ref, ids.ref, dRows.ref)],
    crossEntropy: () => {
      const [loss, gradient] = lossAndGradient(logits.ref, labels.ref);
      return [gradient, loss];
    },
  };
}

/** A step from zero moments; each step begins with what the one before left. */
function adamWStep(): Operation {
  const { learningRate, weightDecay, betas, epsilon } = ADAM_W;
  const [beta1, beta2] = betas;
  const size = SIZES.adamW.rows * SIZES.adamW.columns;
  const update = jit((value: JaxArray, gradient: JaxArray, first: JaxArray, second: JaxArray, step: JaxArray) => {
    const newFirst = first.mul(beta1).add(gradient.ref.mul(1 - beta1));
    const newSecond = second.mul(beta2).add(numpy.square(gradient).mul(1 - beta2));
    const [corrected1, corrected2] = [numpy.power(beta1, step.ref), numpy.power(beta2, step)].map((decayed) =>
      decayed.mul(-1).add(1),
    ) as [JaxArray, JaxArray];
    const change = newFirst.ref.div(corrected1).div(numpy.sqrt(newSecond.ref.div(corrected2)).add(epsilon));
    return [value.mul(1 - learningRate * weightDecay).sub(change.mul(learningRate)), newFirst, newSecond];
  });
  const gradient = numpy.array(numbers(20, size));
  let state = [numpy.array(numbers(21, size)), numpy.zeros([size]), numpy.zeros([size])] as JaxArray[];
  let step = 0;
  return () => {
    const [value, first, second] = state as [JaxArray, JaxArray, JaxArray];
    state = update(value, gradient.ref, first, second, numpy.array(Float32Array.of(++step)).reshape([]));
    return state.map((array) => array.ref);
  };
}

await serve(async ({ samples }: KernelsSetup) => {
  const all = Object.entries(operations());
  const answers: [string, Float32Array][] = [];
  for (const [name, run] of all) {
    const [answer, ...others] = run();
    for (const other of others) other.dispose();
    answers.push([name, excerpt(await answer!.data())]);
  }
  const runAndWait = async (run: Operation) => {
    const results = await blockUntilReady(run());
    for (const result of results) result.dispose();
  };
  return {
    answers: Object.fromEntries(answers),
    tasks: Object.fromEntries(
      all.map(([name, run]) => [name, async () => ({ [name]: await timeRepeated(() => runAndWait(run), samples) })]),
    ),
  };
});
