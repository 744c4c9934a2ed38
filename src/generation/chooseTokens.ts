import type { Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from '../ops/index.js';
import type { Continuation } from './continuation.js';
import type { SamplingSettings } from './generationSettings.js';

const KERNEL = 'SesameChooseTokens';

/** What the kernel answers with in the place of an id. */
const PROBLEMS = ['logits that are not numbers (NaN)', 'logits that forbid every token (-Infinity)', 'infinite logits'];

/**
 * The next token of each text.
 *
 * Where the backend has a kernel for it and nothing but temperature, top-k and top-p is asked for, it chooses where the
 * logits lie; else the logits are read and each text chooses. Both draw the same token from the same random number.
 *
 * @param logits [texts, 1, vocabSize], borrowed
 * @param sampling what a kernel can do by itself, or undefined
 * @throws ShapeError if the logits are nothing to choose by
 */
export async function chooseTokens(
  logits: Tensor,
  texts: readonly Continuation[],
  sampling: SamplingSettings | undefined,
): Promise<number[]> {
  if (sampling === undefined || !hasKernel(KERNEL)) {
    const values = await logits.data<'float32'>();
    const vocabSize = logits.shape[2]!;
    return texts.map((text, row) => text.choose(values.slice(row * vocabSize, (row + 1) * vocabSize)));
  }
  const uniforms = sampling.temperature === 0 ? texts.map(() => 0) : texts.map((text) => text.nextUniform());
  const ids = runKernel<Tensor>(KERNEL, { logits }, { ...sampling, uniforms });
  try {
    return [...(await ids.data<'int32'>())].map((id, row) => (id >= 0 ? id : texts[row]!.refuse(PROBLEMS[-id - 1]!)));
  } finally {
    ids.dispose();
  }
}
