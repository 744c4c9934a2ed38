import { dispose, reshape, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** How long to repeat something for one sample, in milliseconds. */
const SAMPLE_MILLISECONDS = 50;

/**
 * Milliseconds that something takes when it is done over and over. The card works on its own time: a sample ends when it
 * has handed out a number of the last result.
 */
export async function sample(compute: () => Tensor): Promise<number> {
  let repetitions = 1;
  for (;;) {
    const start = performance.now();
    let last: Tensor | undefined;
    for (let i = 0; i < repetitions; i++) {
      last?.dispose();
      last = tidy(compute);
    }
    await oneNumber(last!);
    const elapsed = performance.now() - start;
    last!.dispose();
    if (elapsed >= SAMPLE_MILLISECONDS) return elapsed / repetitions;
    repetitions = Math.ceil(repetitions * Math.min(10, (1.2 * SAMPLE_MILLISECONDS) / Math.max(elapsed, 0.1)));
  }
}

/** Waits until a result is there. */
async function oneNumber(tensor: Tensor): Promise<void> {
  const first = tidy(() => slice(reshape(tensor, [tensor.size]), [0], [1]));
  await first.data();
  dispose(first);
}

/** The middle number, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Largest difference, as a share of the largest number. */
export async function difference(actual: Tensor, expected: Tensor): Promise<number> {
  const [found, wanted] = [await actual.data<'float32'>(), await expected.data<'float32'>()];
  const largest = wanted.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return wanted.reduce((most, number, i) => Math.max(most, Math.abs(found[i]! - number)), 0) / largest;
}
