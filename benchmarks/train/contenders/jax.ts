// @jax-js/jax trains the same GPT: one `jit` of the whole step, gradients by its `valueAndGrad`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JaxArray } from '@jax-js/jax';
import { decodeFloat32, readSafetensors } from 'sesame-nlp/checkpoints';
import { startJax } from '../../harness/jax.js';
import { serve } from '../../harness/serve.js';
import { time } from '../../harness/stopwatch.js';
import type { Recipe } from '../recipe.js';
import type { TrainSetup, TrainShape } from '../train.js';

const { jit, nn, numpy, valueAndGrad } = await startJax();

/** Arrays by name; a call takes them over, and `.ref` keeps one for the next use. */
type Arrays = Readonly<Record<string, JaxArray>>;

await serve(async ({ folder, shape, recipe, rows }: TrainSetup) => {
  const { tensors } = readSafetensors(await readFile(join(folder, 'model.safetensors')));
  let weights: Arrays = Object.fromEntries(
    [...tensors].map(([name, stored]) => [name, numpy.array(decodeFloat32(name, stored)).reshape([...stored.shape])]),
  );
  const zerosLike = () => mapArrays(weights, ({ shape }) => numpy.zeros(shape));
  let [first, second] = [zerosLike(), zerosLike()];
  const whole = (numbers: number[]) =>
    numpy.array(Int32Array.from(numbers)).reshape([rows.length, rows[0]!.length - 1]);
  const ids = whole(rows.flatMap((row) => row.slice(0, -1)));
  const labels = whole(rows.flatMap((row) => row.slice(1)));

  const lossAndGradients = valueAndGrad((weights: Arrays, ids: JaxArray, labels: JaxArray) =>
    lossOf(weights, ids, labels, shape),
  );
  const update = jit(
    (weights: Arrays, first: Arrays, second: Arrays, step: JaxArray, ids: JaxArray, labels: JaxArray) => {
      const [loss, gradients] = lossAndGradients(mapArrays(weights, keep), ids, labels);
      return [loss, ...adamStep({ weights, gradients, first, second }, step, recipe)] as const;
    },
  );
  let count = 0;
  const step = async () => {
    const number = numpy.array(Float32Array.of(++count)).reshape([]);
    const [loss, ...state] = update(weights, first, second, number, ids.ref, labels.ref);
    [weights, first, second] = state;
    const [value] = await loss.data();
    return value!;
  };
  const losses: number[] = [];
  for (let i = 0; i < recipe.comparedSteps; i++) losses.push(await step());
  return {
    answers: { losses },
    tasks: {
      step: async () => {
        const times: number[] = [];
        for (let i = 0; i < recipe.timedSteps; i++) times.push(await time(step));
        return { step: times };
      },
    },
  };
});

function keep(array: JaxArray): JaxArray {
  return array.ref;
}

function mapArrays(arrays: Arrays, map: (array: JaxArray, name: string) => JaxArray): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, map(array, name)]));
}

/** The mean cross-entropy; ids and labels [batch, time]. */
function lossOf(weights: Arrays, ids: JaxArray, labels: JaxArray, shape: TrainShape): JaxArray {
  const [batch, time] = ids.shape as [number, number];
  const { vocabSize } = shape;
  const logits = logitsOf(weights, ids, shape).reshape([batch * time, vocabSize]);
  const targets = nn.oneHot(labels.reshape([batch * time]), vocabSize);
  return targets
    .mul(nn.logSoftmax(logits, -1))
    .sum()
    .mul(-1 / (batch * time));
}

function logitsOf(weights: Arrays, ids: JaxArray, { numLayers, numHeads, dModel, vocabSize }: TrainShape): JaxArray {
  const [batch, time] = ids.shape as [number, number];
  const weight = (name: string) => weights[name]!;
  const linear = (x: JaxArray, name: string) => numpy.matmul(x, weight(`${name}.weight`)).add(weight(`${name}.bias`));
  const norm = (x: JaxArray, name: string) =>
    nn
      .standardize(x, -1, { epsilon: 1e-5 })
      .mul(weight(`${name}.weight`))
      .add(weight(`${name}.bias`));
  const hidden = numpy.triu(numpy.full([time, time], -1e9), 1);
  const split = (x: JaxArray) => x.reshape([batch, time, numHeads, dModel / numHeads]).transpose([0, 2, 1, 3]);
  const attention = (x: JaxArray, name: string) => {
    const [query, key, value] = numpy.split(linear(x, `${name}.c_attn`), 3, -1).map(split) as [
      JaxArray,
      JaxArray,
      JaxArray,
    ];
    const products = numpy.matmul(query, key.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(dModel / numHeads));
    const context = numpy.matmul(nn.softmax(products.add(hidden.ref), -1), value);
    return linear(context.transpose([0, 2, 1, 3]).reshape([batch * time, dModel]), `${name}.c_proj`);
  };

  // The lookup as a product: its gradient is one too.
  const oneHot = nn.oneHot(ids.reshape([batch * time]), vocabSize);
  const embedded = numpy.matmul(oneHot, weight('transformer.wte.weight')).reshape([batch, time, dModel]);
  let x = embedded.add(weight('transformer.wpe.weight')).reshape([batch * time, dModel]);
  for (let layer = 0; layer < numLayers; layer++) {
    const block = `transformer.h.${layer}`;
    x = x.ref.add(attention(norm(x, `${block}.ln_1`), `${block}.attn`));
    const expanded = nn.gelu(linear(norm(x.ref, `${block}.ln_2`), `${block}.mlp.c_fc`));
    x = x.add(linear(expanded, `${block}.mlp.c_proj`));
  }
  hidden.dispose();
  return numpy.matmul(norm(x, 'transformer.ln_f'), weight('lm_head.weight').transpose([1, 0]));
}

/** One step of Adam, the gradients clipped by their common norm. */
function adamStep(
  { weights, gradients, first, second }: Readonly<Record<'weights' | 'gradients' | 'first' | 'second', Arrays>>,
  step: JaxArray,
  { learningRate, betas, epsilon, clipNorm }: Recipe,
) {
  const [beta1, beta2] = betas;
  const squares = Object.values(gradients).map((gradient) => numpy.square(gradient.ref).sum());
  const norm = numpy.sqrt(squares.reduce((sum, square) => sum.add(square)));
  const scale = numpy.minimum(numpy.array(Float32Array.of(clipNorm)).reshape([]).div(norm), 1);
  const correction = (beta: number) => numpy.power(beta, step.ref).mul(-1).add(1);
  const [correction1, correction2] = [correction(beta1), correction(beta2)];
  step.dispose();

  const clipped = mapArrays(gradients, (gradient) => gradient.mul(scale.ref));
  const newFirst = mapArrays(first, (array, name) => array.mul(beta1).add(clipped[name]!.ref.mul(1 - beta1)));
  const newSecond = mapArrays(second, (array, name) => {
    return array.mul(beta2).add(numpy.square(clipped[name]!).mul(1 - beta2));
  });
  const newWeights = mapArrays(weights, (array, name) => {
    const root = numpy.sqrt(newSecond[name]!.ref.div(correction2.ref)).add(epsilon);
    return array.sub(newFirst[name]!.ref.div(correction1.ref).div(root).mul(learningRate));
  });
  for (const array of [scale, correction1, correction2]) array.dispose();
  return [newWeights, newFirst, newSecond] as const;
}
