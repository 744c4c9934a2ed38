import type { Gpt } from 'sesame-nlp/models';
import { adamW, fit } from 'sesame-nlp/training';
import type { TrainSetup } from './train.js';

/**
 * Trains on the same rows again and again.
 *
 * @returns the loss of each step, and how many milliseconds it took
 */
export async function trainSteps(model: Gpt, { recipe, rows }: Pick<TrainSetup, 'recipe' | 'rows'>, steps: number) {
  const { learningRate, betas, epsilon, clipNorm } = recipe;
  const moments = [performance.now()];
  const { losses } = await fit(model, [{ tokenIds: rows }], {
    optimizer: adamW({ learningRate, betas, epsilon, weightDecay: 0 }),
    steps,
    clipNorm,
    callbacks: [{ onStep: () => void moments.push(performance.now()) }],
  });
  return { losses, times: moments.slice(1).map((moment, index) => moment - moments[index]!) };
}
