import { TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';
import type { TokenVocabulary } from '../pipeline.js';

/**
 * Merges in order of rank, the first learned first: pairs of tokens, or both in one string with a space between, or
 * the text of a merges.txt, one merge a line, whose first line may be a `#version` header.
 */
export type MergesInput = string | readonly (string | readonly [left: string, right: string])[];

/** Merges by rank, as ids. */
export interface MergeList {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What left and right become: their concatenation. */
  readonly product: Int32Array;
}

/**
 * @param owner who reads them, for messages
 * @param prefix what pieces begin with that are not first in their word; it is not repeated in what they become part of
 * @throws TokenizerError if a merge is not a pair, is there twice, or names a token that the vocabulary lacks
 */
export function readMerges(merges: MergesInput, vocabulary: TokenVocabulary, owner: string, prefix = ''): MergeList {
  const pairs = typeof merges === 'string' ? mergeLines(merges) : merges;
  if (!Array.isArray(pairs)) {
    throw new TokenizerError(
      `${owner}: merges is ${describe(pairs)}.\nPass an array of pairs or the text of a merges.txt.`,
      { value: pairs },
    );
  }
  const list = {
    left: new Int32Array(pairs.length),
    right: new Int32Array(pairs.length),
    product: new Int32Array(pairs.length),
  };
  const seen = new Set<number>();
  for (const [rank, merge] of pairs.entries()) {
    const [left, right] = splitMerge(merge, rank, owner);
    const refuse = (what: string): never => {
      throw new TokenizerError(
        `${owner}: merge ${rank} joins ${JSON.stringify(left)} and ${JSON.stringify(right)}${what}`,
        { value: merge },
      );
    };
    const idOf = (token: string) =>
      vocabulary.idOf(token) ??
      refuse(`, but the vocabulary has no ${JSON.stringify(token)}.\nAre both from the same tokenizer?`);
    list.left[rank] = idOf(left);
    list.right[rank] = idOf(right);
    list.product[rank] = idOf(left + right.slice(prefix.length));
    const key = list.left[rank]! * 2 ** 22 + list.right[rank]!;
    if (seen.has(key)) refuse(' a second time.\nKeep one.');
    seen.add(key);
  }
  return list;
}

function mergeLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines[0]!.startsWith('#version')) lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function splitMerge(merge: unknown, rank: number, owner: string): [string, string] {
  const parts: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
  if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string' && part !== '')) {
    return parts as [string, string];
  }
  throw new TokenizerError(
    `${owner}: merge ${rank} is ${describe(merge)}.\nA merge is a pair of tokens: ["a", "b"] or "a b".`,
    { value: merge },
  );
}

/** The merges as tokenizer.json spells them: pairs of tokens. */
export function mergesToJson({ left, right }: MergeList, vocabulary: TokenVocabulary): [left: string, right: string][] {
  const token = (id: number) => vocabulary.tokenOf(id)!;
  return Array.from(left, (id, rank) => [token(id), token(right[rank]!)]);
}
