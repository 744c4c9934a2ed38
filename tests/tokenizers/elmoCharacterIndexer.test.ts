import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { createElmoCharacterIndexer } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { readFixture } from './fixtures.js';

describe('createElmoCharacterIndexer', () => {
  const indexer = createElmoCharacterIndexer();

  it('indexes every reference word as AllenNLP does', () => {
    const { words } = JSON.parse(readFixture('elmo/char-ids.json')) as { words: { word: string; ids: number[] }[] };
    expect(words.length).toBeGreaterThan(20);
    for (const { word, ids } of words) expect({ word, ids: indexer.indexWord(word) }).toEqual({ word, ids });
  });

  it('fills sentences up with words of zeros', () => {
    const batch = indexer.index([['a'], ['the', 'tide'], []]);
    expect(batch.map((words) => words.length)).toEqual([2, 2, 2]);
    expect(batch[0]![0]).toEqual(indexer.indexWord('a'));
    expect(batch[0]![1]).toEqual(Array(50).fill(0));
    expect(batch[2]![0]).toEqual(Array(50).fill(0));
    expect(indexer.index([])).toEqual([]);
  });

  it('has words of another length on request, and every id below vocabSize', () => {
    const short = createElmoCharacterIndexer({ charactersPerWord: 4 });
    expect(short.indexWord('abc')).toEqual([259, 98, 99, 260]);
    expect(Math.max(...short.indexWord('a'))).toBe(short.vocabSize - 1);
    expect(() => createElmoCharacterIndexer({ charactersPerWord: 2 })).toThrow(ConfigError);
    expect(() => indexer.indexWord(5 as never)).toThrow(TokenizerError);
  });
});
