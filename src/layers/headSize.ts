import { ConfigError } from '../errors/index.js';
import { checkCounts } from './checkCounts.js';

/**
 * The share of dModel that each attention head has.
 *
 * @param owner who asks, for the message
 * @throws ConfigError if the heads do not share it evenly
 */
export function headSize(owner: string, dModel: number, numHeads: number): number {
  checkCounts(owner, { dModel, numHeads });
  const size = dModel / numHeads;
  if (Number.isInteger(size)) return size;
  const wider = Math.ceil(size) * numHeads;
  const divisors = Array.from({ length: dModel }, (_, index) => index + 1).filter((heads) => dModel % heads === 0);
  const nearest = divisors.reduce(
    (best, heads) => (Math.abs(heads - numHeads) < Math.abs(best - numHeads) ? heads : best),
    1,
  );
  throw new ConfigError(
    `${owner}: dModel ${dModel} is not divisible by numHeads ${numHeads}.\n` +
      `Each head needs an equal share. Try dModel ${wider} or numHeads ${nearest}.`,
    { value: numHeads },
  );
}
