import type { Entry } from '../harness/serve.js';
import { time } from '../harness/stopwatch.js';
import { tokenIds } from '../models/tokenIds.js';
import type { EncodeSetup } from './encode.js';

/**
 * What an encoder's contender offers: a task for each number of texts, and the hidden states of the smallest for an
 * answer.
 *
 * @param encode hidden states [batch, length, dModel] of `batch` texts, their token ids one text after the other
 */
export async function timeEncoding(
  { batches, length, vocabSize }: EncodeSetup,
  encode: (ids: readonly number[], batch: number) => Promise<Float32Array>,
): Promise<Entry> {
  const texts = (batch: number) => tokenIds(batch * length, vocabSize);
  for (const batch of batches.slice(1)) await encode(texts(batch), batch); // not counted: what is made on first use
  return {
    answers: { hiddenStates: await encode(texts(batches[0]!), batches[0]!) },
    tasks: Object.fromEntries(
      batches.map((batch) => [
        String(batch),
        async () => {
          const times: number[] = [];
          while (times.length < samplesOf(batch)) times.push(await time(() => encode(texts(batch), batch)));
          return { [String(batch)]: times };
        },
      ]),
    ),
  };
}

/** How many samples a turn has: more of what is short. */
function samplesOf(batch: number): number {
  return batch < 4 ? 3 : 1;
}
