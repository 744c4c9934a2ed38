/** How long to repeat something short for one sample, in milliseconds. */
const SAMPLE_MILLISECONDS = 30;

/**
 * Times something short, in milliseconds: samples that are means of as many repetitions as fill the time of a sample.
 *
 * @param samples how many
 */
export async function timeRepeated(run: () => unknown, samples: number): Promise<number[]> {
  await run(); // not counted: whatever is made on first use
  const times: number[] = [];
  while (times.length < samples) {
    const start = performance.now();
    let repetitions = 0;
    do {
      await run();
      repetitions++;
    } while (performance.now() - start < SAMPLE_MILLISECONDS);
    times.push((performance.now() - start) / repetitions);
  }
  return times;
}

/** How long something takes, in milliseconds. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
