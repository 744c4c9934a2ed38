import { createDictionarySegmenter, createIntlSegmenter, wordsOf } from 'sesame-nlp/segmentation';
import { expect, it } from 'vitest';

it('browsers find the words of the classic sample, with a dictionary of their own and with one that is given', () => {
  const expected = ['潮水', '退了', '就', '知道', '誰'];
  const words = expected.map((word): [string, number] => [word, 1]);
  expect(wordsOf(createDictionarySegmenter({ words }), '潮水退了就知道誰')).toEqual(expected);
  expect(wordsOf(createIntlSegmenter(), '潮水退了，就知道誰').join(' ')).toMatch(/^潮水 退 ?了 就 知道 誰$/);
});
