import type { Times } from './serve.js';

/**
 * Times a text being written, in milliseconds.
 *
 * @param write calls back after each token
 * @returns `prefill`, until the first token is there, and `decode`, for each token after it
 */
export async function timeWriting(write: (onToken: () => void) => Promise<void>): Promise<Times> {
  const moments = [performance.now()];
  await write(() => void moments.push(performance.now()));
  const [prefill, ...decode] = moments.slice(1).map((moment, index) => moment - moments[index]!);
  return { prefill: [prefill!], decode };
}
