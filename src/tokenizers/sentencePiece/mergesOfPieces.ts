import type { SentencePiece } from './modelProto.js';

/** Longer pieces are made by no merge: no model has any, and looking for their parts takes quadratic time. */
const MAX_UNITS = 256;

/**
 * The merges of a SentencePiece model of the BPE kind. It has none, only pieces with scores: any two neighbours that
 * together are a piece may be merged, the piece of the highest score first.
 */
export function mergesOfPieces(pieces: readonly SentencePiece[]): [left: string, right: string][] {
  const parts = new Map<string, { id: number; score: number }>();
  for (const [id, { piece, score, type }] of pieces.entries()) {
    if (type === 'normal' || type === 'unused') parts.set(piece, { id, score });
  }
  return [...parts]
    .filter(([piece]) => piece.length <= MAX_UNITS)
    .sort(([, a], [, b]) => b.score - a.score)
    .flatMap(([piece]) => splits(piece, parts));
}

/** The ways to make a piece of two others, in order of their ids. */
function splits(piece: string, parts: ReadonlyMap<string, { readonly id: number }>): [left: string, right: string][] {
  const found: [string, string][] = [];
  for (let at = 1; at < piece.length; at++) {
    const pair: [string, string] = [piece.slice(0, at), piece.slice(at)];
    if (pair.every((part) => parts.has(part))) found.push(pair);
  }
  return found.sort(([a], [b]) => parts.get(a)!.id - parts.get(b)!.id);
}
