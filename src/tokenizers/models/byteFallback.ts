import type { TokenVocabulary } from '../pipeline.js';

/** How a vocabulary spells a byte that stands for itself: `<0x0A>`. */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Whether a token spells a byte. */
export function isBytePiece(token: string): boolean {
  return /^<0x[0-9A-Fa-f]{2}>$/.test(token);
}

/** The pieces of the bytes of a text, as UTF-8, or undefined if the vocabulary lacks one. */
export function bytePieces(text: string, vocabulary: TokenVocabulary): number[] | undefined {
  const ids: number[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    const id = vocabulary.idOf(bytePiece(byte));
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
