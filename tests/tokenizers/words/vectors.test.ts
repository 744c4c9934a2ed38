import fc from 'fast-check';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { countTypes, frequentTypes } from 'sesame-nlp/segmentation';
import { bagOfWords, createWordVocabulary, inverseDocumentFrequencies, oneHot } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

describe('oneHot', () => {
  it('is 1 at the id and 0 elsewhere', () => {
    expect(oneHot(2, 4)).toEqual(Float32Array.of(0, 0, 1, 0));
    expect(oneHot(0, 1)).toEqual(Float32Array.of(1));
  });

  it.each([-1, 4, 1.5, Number.NaN, undefined])('refuses %s, which is no id of four', (id) => {
    expect(() => oneHot(id as number, 4)).toThrow(ShapeError);
  });

  it.each([0, -1, 1.5, Number.NaN, undefined])('refuses %s ids', (vocabSize) => {
    expect(() => oneHot(0, vocabSize as number)).toThrow(ConfigError);
  });
});

describe('bagOfWords', () => {
  it('counts how often each token occurs, or says whether it does', () => {
    expect(bagOfWords([2, 0, 2], 4)).toEqual(Float32Array.of(1, 0, 2, 0));
    expect(bagOfWords(Int32Array.of(2, 0, 2), 4, { binary: true })).toEqual(Float32Array.of(1, 0, 1, 0));
    expect(bagOfWords([], 2)).toEqual(Float32Array.of(0, 0));
  });

  it('weighs, then scales to length 1', () => {
    expect(bagOfWords([0, 0, 1], 3, { weights: [1.5, 4, 9] })).toEqual(Float32Array.of(3, 4, 0));
    const scaled = bagOfWords([0, 0, 1], 3, { weights: [1.5, 4, 9], normalize: true });
    expect(scaled).toEqual(Float32Array.of(0.6, 0.8, 0));
    expect(bagOfWords([], 2, { normalize: true })).toEqual(Float32Array.of(0, 0));
  });

  it('is the sum of the one-hot vectors of its tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6)), (ids) => {
        const sum = new Float32Array(7);
        for (const id of ids)
          oneHot(id, 7).forEach((entry, index) => {
            sum[index]! += entry;
          });
        expect(bagOfWords(ids, 7)).toEqual(sum);
        expect(bagOfWords(ids, 7, { binary: true })).toEqual(sum.map((entry) => Math.min(entry, 1)));
      }),
    );
  });

  it('refuses ids out of range, weights that do not fit, and misspelt options', () => {
    expect(() => bagOfWords([0, 4], 4)).toThrow(ShapeError);
    expect(() => bagOfWords([-1], 4)).toThrow(/-1 is no token id.*0 to 3/s);
    expect(() => bagOfWords([0], 4, { weights: [1, 2] })).toThrow(/2 weights for 4 ids/);
    expect(() => bagOfWords([0], 0)).toThrow(ConfigError);
    expect(() => bagOfWords([0], 4, { normalise: true } as never)).toThrow(/mean normalize/);
  });
});

describe('inverseDocumentFrequencies', () => {
  it('weighs rare words more, as scikit-learn does, and special tokens not at all', async () => {
    const counts = await countTypes([['潮水', '退了'], ['潮水', '潮水', '誰'], ['潮水']]);
    const vocabulary = createWordVocabulary({ vocab: [...frequentTypes(counts), '褲子'], unknownToken: '[UNK]' });
    expect([...vocabulary.entries()].map(([token]) => token)).toEqual(['潮水', '誰', '退了', '褲子', '[UNK]']);
    // Of 3 documents 潮水 is in 3: ln(4 / 4) + 1; 誰 in 1: ln(4 / 2) + 1; 褲子 in none: ln(4 / 1) + 1.
    const idf = inverseDocumentFrequencies(vocabulary, counts);
    expect(idf).toEqual(Float32Array.of(1, Math.LN2 + 1, Math.LN2 + 1, 2 * Math.LN2 + 1, 0));
    const ids = vocabulary.tokensToIds(['潮水', '潮水', '誰', '不在']);
    const tfIdf = bagOfWords(ids, vocabulary.vocabSize, { weights: idf, normalize: true });
    const length = Math.hypot(2, Math.LN2 + 1);
    expect(tfIdf[0]).toBeCloseTo(2 / length, 6);
    expect(tfIdf[1]).toBeCloseTo((Math.LN2 + 1) / length, 6);
    expect([...tfIdf.slice(2)]).toEqual([0, 0, 0]);
  });
});
