import type { Pieces } from './pipeline.js';
import type { PadSide } from './tokenizer.js';

/** Fills `pieces` up to `length` tokens on one side; padding has offsets [0, 0], no word, and attention 0. */
export function pad(pieces: Pieces, length: number, padId: number, side: PadSide): Pieces {
  const count = pieces.ids.length;
  const missing = length - count;
  if (missing <= 0) return pieces;
  const before = side === 'left' ? missing : 0;
  const offsets = new Int32Array(2 * length);
  offsets.set(pieces.offsets, 2 * before);
  const wordIds = new Int32Array(length).fill(-1);
  wordIds.set(pieces.wordIds, before);
  const fill = (values: readonly number[] | undefined, value: number, otherwise: number) => {
    const padding = new Array<number>(missing).fill(value);
    const own = values ?? new Array<number>(count).fill(otherwise);
    return before > 0 ? padding.concat(own) : own.concat(padding);
  };
  return {
    ids: fill(pieces.ids, padId, 0),
    offsets,
    wordIds,
    typeIds: fill(pieces.typeIds, 0, 0),
    specialTokensMask: fill(pieces.specialTokensMask, 1, 0),
    attentionMask: fill(pieces.attentionMask, 0, 1),
  };
}
