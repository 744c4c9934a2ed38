import type { InspectedPiece } from './inspectPieces.js';

/** What a text is made of. */
export interface PieceCounts {
  /** Unicode code points. */
  readonly characters: number;
  /** In UTF-8. */
  readonly bytes: number;
  /** Null where no piece is of the text: special tokens are no part of it. */
  readonly charactersPerPiece: number | null;
}

/** Counts a text and its pieces. */
export function countPieces(text: string, pieces: readonly InspectedPiece[]): PieceCounts {
  const characters = [...text].length;
  const ofText = pieces.length - specialPieces(pieces);
  const charactersPerPiece = ofText === 0 ? null : characters / ofText;
  return { characters, bytes: Buffer.byteLength(text), charactersPerPiece };
}

/** The counts in words. */
export function describeCounts(text: string, pieces: readonly InspectedPiece[]): string {
  const { characters, bytes, charactersPerPiece } = countPieces(text, pieces);
  const special = specialPieces(pieces);
  return [
    `${many(characters, 'character')}, ${many(bytes, 'byte')}, ${many(pieces.length, 'piece')}`,
    ...(special > 0 ? [` (${special} special)`] : []),
    ...(charactersPerPiece === null ? [] : [`: ${charactersPerPiece.toFixed(2)} characters a piece`]),
  ].join('');
}

function specialPieces(pieces: readonly InspectedPiece[]): number {
  return pieces.filter(({ kind }) => kind === 'special').length;
}

function many(count: number, name: string): string {
  return `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;
}
