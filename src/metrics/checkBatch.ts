import { ShapeError } from '../errors/index.js';

/**
 * Refuses a batch that is not two arrays of one length.
 *
 * @param owner the metric, as the reader knows it: 'accuracy'
 */
export function checkBatch(owner: string, predicted: ArrayLike<unknown>, expected: ArrayLike<unknown>): void {
  checkArray(`${owner}: predicted`, predicted);
  checkArray(`${owner}: expected`, expected);
  if (predicted.length === expected.length) return;
  throw new ShapeError(
    `${owner}: ${predicted.length} predicted, ${expected.length} expected.\nGive one prediction for each that is expected.`,
    { value: predicted.length },
  );
}

function checkArray(name: string, given: unknown): void {
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return;
  throw new ShapeError(`${name} is no array.\nGive a batch: update([prediction], [expectation]) for a single one.`, {
    value: given,
  });
}
