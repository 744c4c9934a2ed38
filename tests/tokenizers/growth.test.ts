// No text makes encoding or training quadratic: operations are counted, since seconds depend on the machine.

import { describe, expect, it } from 'vitest';
import { bytesToUnicode } from '../../src/tokenizers/byteAlphabet.js';
import { BpeMerger } from '../../src/tokenizers/models/bpeMerger.js';
import { readMerges } from '../../src/tokenizers/models/mergeList.js';
import { BpeTrainer } from '../../src/tokenizers/trainers/bpeTrainer.js';
import { readVocabulary } from '../../src/tokenizers/vocabulary.js';
import { gpt2, readFixture } from './fixtures.js';

const vocabulary = readVocabulary(readFixture('gpt2/vocab.json'), 'test');
const merges = readMerges(readFixture('gpt2/merges.txt'), vocabulary, 'test');
const alphabet = bytesToUnicode();
const runs = ['a', ' ', '_', '潮', '7', 'ab', '潮水退了', '😀'];

/** A word of `text` repeated to about `length` bytes, as ids. */
function longWord(text: string, length: number): Int32Array {
  const bytes = new TextEncoder().encode(text.repeat(Math.ceil(length / new TextEncoder().encode(text).length)));
  return Int32Array.from(bytes, (byte) => vocabulary.idOf(alphabet[byte]!)!);
}

describe.each(runs)('one word of %j again and again', (text) => {
  it('costs the encoder at most 2.5 times as much at twice the length', () => {
    const operations = (length: number) => {
      const merger = new BpeMerger(merges, new Set());
      const symbols = longWord(text, length);
      merger.merge(symbols, symbols.length);
      expect(merger.operations).toBeGreaterThanOrEqual(length);
      return merger.operations;
    };
    for (const length of [1000, 50_000]) expect(operations(2 * length) / operations(length)).toBeLessThanOrEqual(2.5);
  });

  it('costs the trainer at most 2.5 times as much at twice the length', () => {
    const operations = (length: number) => {
      const bytes = longWord(text, length);
      const words = { symbols: bytes, starts: Int32Array.of(0, bytes.length), counts: [1] };
      const spelling = Array.from({ length: 256 }, (_, id) => vocabulary.tokenOf(id)!);
      const trainer = new BpeTrainer(spelling, words, new Set(), 2);
      for (const _ of trainer.countPairs());
      for (let learned = 0; learned < 200 && trainer.learnMerge() !== undefined; learned++);
      expect(trainer.operations).toBeGreaterThanOrEqual(length);
      return trainer.operations;
    };
    for (const length of [1000, 50_000]) expect(operations(2 * length) / operations(length)).toBeLessThanOrEqual(2.5);
  });
});

describe('a long word', () => {
  it('is merged like short ones are, pair by pair', () => {
    // Both paths of the merger, against each other: a word just short enough, and the same word in a longer one.
    const merger = new BpeMerger(merges, new Set());
    for (const text of ['a', 'ab', '潮水', 'the', 'unbelievably']) {
      const long = longWord(text, 300);
      const expected = naive([...long]);
      const count = merger.merge(long, long.length);
      expect([...long.slice(0, count)]).toEqual(expected);
      const short = longWord(text, 36);
      const shortExpected = naive([...short]);
      expect([...short.slice(0, merger.merge(short, short.length))]).toEqual(shortExpected);
    }
  });

  it('of 128 kB has an encoding that decodes to it', () => {
    const tokenizer = gpt2();
    for (const text of runs) {
      const long = text.repeat(2 ** 17 / text.length);
      expect(tokenizer.decode(tokenizer.encode(long).ids)).toBe(long);
    }
  });
});

const ranks = new Map(
  Array.from(merges.left, (left, rank) => [`${left} ${merges.right[rank]}`, { rank, product: merges.product[rank]! }]),
);

/** Byte-pair encoding as the paper has it: look at every pair, merge the first of the lowest rank, repeat. */
function naive(symbols: number[]): number[] {
  for (;;) {
    let best: { rank: number; product: number } | undefined;
    let at = -1;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const merge = ranks.get(`${symbols[i]} ${symbols[i + 1]}`);
      if (merge !== undefined && (best === undefined || merge.rank < best.rank)) {
        best = merge;
        at = i;
      }
    }
    if (best === undefined) return symbols;
    symbols.splice(at, 2, best.product);
  }
}
