import { addedRows, joinRows, PADDING, type PieceRows, ROW, SPECIAL } from './pieceRows.js';
import type { PadSide } from './tokenizer.js';

/** Fills `pieces` up to `length` tokens on one side; padding has offsets [0, 0], no word, and attention 0. */
export function pad(pieces: PieceRows, length: number, padId: number, side: PadSide): PieceRows {
  const padding = addedRows(length - pieces.length / ROW, padId, SPECIAL + PADDING);
  return joinRows(side === 'left' ? [padding, pieces] : [pieces, padding]);
}
