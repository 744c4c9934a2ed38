import { argMax, cast, div, equal, mul, slice, sqrt, stack, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors/index.js';
import { EventLoop } from '../eventLoop/eventLoop.js';
import { type CausalLanguageModel, type IdTable, toIdTensor } from '../nn/index.js';
import { crossEntropy } from '../ops/index.js';
import { type Batches, singlePass } from './batches.js';

/** How far two language models are apart on a text. */
export interface LanguageModelComparison {
  /** The mean cosine of the angle between their logits, over all places: 1 where they agree. */
  readonly cosine: number;
  /** The cosine at the place where they differ most. */
  readonly leastCosine: number;
  /** The share of places at which both find the same token the likeliest, 0..1. */
  readonly agreement: number;
  /** The reference's perplexity: e to its mean loss in nats. */
  readonly referencePerplexity: number;
  /** The candidate's perplexity. */
  readonly candidatePerplexity: number;
  /** How many places were compared. */
  readonly count: number;
}

/**
 * Compares two language models on a text, place by place: a model that was quantized with the one it was made of, say.
 *
 * @param reference the model to be compared with
 * @param candidate the other one, of the same vocabulary
 * @param batches rows of equal length, as `languageModelBatches` gives them: each token is predicted from those before it
 * @throws TrainingError if there is no batch, or none with rows of two tokens
 */
export async function compareLanguageModels(
  reference: CausalLanguageModel,
  candidate: CausalLanguageModel,
  batches: Batches<{ readonly tokenIds: IdTable }>,
): Promise<LanguageModelComparison> {
  const eventLoop = new EventLoop();
  const sums = [0, 0, 0, 0];
  let [count, leastCosine] = [0, 1];
  for await (const { tokenIds } of singlePass(batches)) {
    const compared = tidy(() => comparePlaces(reference, candidate, toIdTensor(tokenIds, { name: 'tokenIds' })));
    const places = compared.size / sums.length;
    const numbers = await compared.data<'float32'>().finally(() => compared.dispose());
    for (const [index, value] of numbers.entries()) sums[Math.floor(index / places)]! += value;
    leastCosine = numbers.subarray(0, places).reduce((least, cosine) => Math.min(least, cosine), leastCosine);
    count += places;
    await eventLoop.turn();
  }
  if (count === 0) {
    throw new TrainingError(
      'compareLanguageModels: there is no token to predict: the batches, or their rows, are empty.',
      {
        value: count,
      },
    );
  }
  const [cosine, agreement, referenceLoss, candidateLoss] = sums.map((total) => total / count);
  return {
    cosine: cosine!,
    leastCosine,
    agreement: agreement!,
    referencePerplexity: Math.exp(referenceLoss!),
    candidatePerplexity: Math.exp(candidateLoss!),
    count,
  };
}

/** [4, batch, time - 1]: the cosine of the logits, whether they agree, and both losses. */
function comparePlaces(reference: CausalLanguageModel, candidate: CausalLanguageModel, ids: Tensor): Tensor {
  const [rows, time] = ids.shape as [number, number];
  const [tokenIds, next] = [slice(ids, [0, 0], [rows, time - 1]), slice(ids, [0, 1], [rows, time - 1])];
  const [a, b] = [reference.call({ tokenIds }, {}).logits, candidate.call({ tokenIds }, {}).logits];
  const product = (x: Tensor, y: Tensor) => sum(mul(x, y), -1);
  const lossOf = (logits: Tensor) => crossEntropy(logits, next, { reduction: 'none' });
  return stack([
    div(product(a, b), sqrt(mul(product(a, a), product(b, b)))),
    cast(equal(argMax(a, -1), argMax(b, -1)), 'float32'),
    lossOf(a),
    lossOf(b),
  ]);
}
