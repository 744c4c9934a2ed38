import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceBuffer } from '../../src/tokenizers/pieceBuffer.js';
import { WordCache } from '../../src/tokenizers/wordCache.js';

/** Pieces that only this word has: the first half of it and the second, which share a unit, and one that is nothing. */
function piecesOf(word: string): [id: number, start: number, end: number][] {
  const half = word.length >> 1;
  let id = word.length;
  for (let at = 0; at < word.length; at++) id = (31 * id + word.charCodeAt(at)) % 1_000_003;
  return [
    [id, 0, half + 1],
    [id + 1, half, word.length],
    [id + 2, word.length, word.length],
  ];
}

function add(cache: WordCache, word: string): void {
  const pieces = new PieceBuffer();
  pieces.push(7, 0, 1); // of the word before
  for (const [id, start, end] of piecesOf(word)) pieces.push(id, 3 + start, 3 + end);
  cache.add(`...${word}`, 3, 3 + word.length, pieces, 1);
}

/** What the cache has for a word in the middle of a text; undefined if that is nothing. */
function lookUp(cache: WordCache, word: string): [id: number, start: number, end: number][] | undefined {
  const pieces = new PieceBuffer();
  if (!cache.append(`?${word}?`, 1, 1 + word.length, pieces)) {
    expect(pieces.length).toBe(0);
    return undefined;
  }
  return Array.from({ length: pieces.length }, (_, i) => [pieces.id(i), pieces.start(i) - 1, pieces.end(i) - 1]);
}

/** Words of one hash: in each, pairs of units are one or the other of two that change a hash alike. */
const collidingWords = Array.from({ length: 2 ** 10 }, (_, choices) =>
  Array.from({ length: 10 }, (_, pair) => ((choices >> pair) & 1 ? '\u0061\u0062' : '\u0060\u2062')).join(''),
);

describe('WordCache', () => {
  it('has the pieces of every word that was added, wherever it stands in a text', () => {
    const cache = new WordCache();
    expect(lookUp(cache, 'tide')).toBeUndefined();
    const words = ['tide', 'tid', 'edit', 'tides', '潮水', '潮', '\u{20000}', '\ud840', 'a'.repeat(32), '__proto__'];
    for (const word of words) add(cache, word);
    for (const word of words) expect(lookUp(cache, word)).toEqual(piecesOf(word));
    for (const word of ['ti', 'tidE', '水潮', '\udc00', 'a'.repeat(31)]) expect(lookUp(cache, word)).toBeUndefined();
  });

  it('never takes one word for another', () => {
    const word = fc.array(fc.constantFrom('\u0060', '\u0061', '\u0062', '\u2062', '潮'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(
          word.map((units) => units.join('')),
          { maxLength: 40 },
        ),
        (words) => {
          const cache = new WordCache();
          for (const next of words) {
            const found = lookUp(cache, next);
            if (found === undefined) add(cache, next);
            else expect(found).toEqual(piecesOf(next));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps a few words of one hash, and forgets the others', () => {
    const cache = new WordCache();
    for (const word of collidingWords) add(cache, word);
    const kept = collidingWords.filter((word) => {
      const found = lookUp(cache, word);
      if (found !== undefined) expect(found).toEqual(piecesOf(word));
      return found !== undefined;
    });
    expect(kept.length).toBeGreaterThanOrEqual(4);
    expect(kept.length).toBeLessThanOrEqual(16);
    expect(kept).toContain(collidingWords.at(-1));
  });

  it('forgets all words when there are too many, and goes on', () => {
    const cache = new WordCache();
    const words = Array.from({ length: 120_000 }, (_, index) => `${index}`.padStart(32, 'x'));
    let found = 0;
    for (const word of words) {
      add(cache, word);
      if (lookUp(cache, word) !== undefined) found++;
    }
    expect(found).toBe(words.length); // each right after it was added
    expect(lookUp(cache, words[0]!)).toBeUndefined();
    const last = words.slice(-100).map((word) => lookUp(cache, word));
    expect(last).toEqual(words.slice(-100).map(piecesOf));
  });

  it('does not keep long words, or words of more pieces than bytes', () => {
    const cache = new WordCache();
    add(cache, 'a'.repeat(33));
    expect(lookUp(cache, 'a'.repeat(33))).toBeUndefined();
    const pieces = new PieceBuffer();
    for (let i = 0; i < 1000; i++) pieces.push(i, 0, 1);
    cache.add('a', 0, 1, pieces, 0);
    expect(lookUp(cache, 'a')).toBeUndefined();
  });
});
