/**
 * An encoded text: five numbers a piece, which are its id, the start and the end of its surface in UTF-16 code units, its
 * word, -1 where it is of none, and its kind: 4 times the type id, + 1 for a special token, + 2 for padding.
 *
 * All in one typed array, since an object a piece, or an array for each number, would take as long as the encoding.
 */
export type PieceRows = Int32Array;

/** How many numbers a piece has. */
export const ROW = 5;
/** What makes the kind of a special token. */
export const SPECIAL = 1;
/** What makes the kind of padding. */
export const PADDING = 2;
/** What a type id is multiplied by in a kind. */
export const TYPE = 4;

/** Pieces that stand for nothing in a text, all of them alike. */
export function addedRows(count: number, id: number, kind: number): PieceRows {
  const rows = new Int32Array(ROW * count);
  for (let at = 0; at < rows.length; at += ROW) {
    rows[at] = id;
    rows[at + 3] = -1;
    rows[at + 4] = kind;
  }
  return rows;
}

/** One text after the other. */
export function joinRows(parts: readonly PieceRows[]): PieceRows {
  if (parts.length === 1) return parts[0]!;
  const joined = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
