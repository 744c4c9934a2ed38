import fc from 'fast-check';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import { answerInText, cmrc, squad } from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { segment } from '../../src/metrics/cmrc.js';
import { normalizeAnswer } from '../../src/metrics/squad.js';
import { tokenizeTreebank } from '../../src/metrics/tokenizeTreebank.js';
import { readJsonFixture } from '../support/fixtures.js';
import { expectNumber, text } from './fixtures.js';

interface SquadItem {
  readonly gold: string;
  readonly prediction: string;
  readonly normalized_gold: string;
  readonly normalized_prediction: string;
  readonly exact_match: number;
  readonly f1_v1: number;
  readonly f1_v2: number;
}

interface FinalText {
  readonly predicted: string;
  readonly original: string;
  readonly result: string;
}

const oracle = await readJsonFixture<{ items: SquadItem[]; final_text: FinalText[] }>('metrics/squad.json');
const reference = await readJsonFixture<{
  cmrc: { answers: string[]; prediction: string; exactMatch: number; f1: number }[];
  runs: { text: string; words: string[] }[];
}>('metrics/reference/expected.json');

const squadOf = (version: '1.1' | '2.0', predicted: string, ...answers: string[]) => {
  const metric = squad({ version });
  metric.update([predicted], [answers]);
  return metric.result();
};

const cmrcOf = (predicted: string, ...answers: string[]) => {
  const metric = cmrc();
  metric.update([predicted], [answers]);
  return metric.result();
};

describe('squad', () => {
  test.each(oracle.items)('has the official scores of $prediction for $gold', (item) => {
    expect(normalizeAnswer(item.gold)).toBe(item.normalized_gold);
    expect(normalizeAnswer(item.prediction)).toBe(item.normalized_prediction);
    const [first, second] = [squadOf('1.1', item.prediction, item.gold), squadOf('2.0', item.prediction, item.gold)];
    expect([first.exactMatch, second.exactMatch]).toEqual([item.exact_match, item.exact_match]);
    expectNumber(first.f1, item.f1_v1);
    expectNumber(second.f1, item.f1_v2);
  });

  test('counts the closest of several answers, and the mean over questions', () => {
    const metric = squad();
    metric.update(['in the Norman era', 'Paris'], [['Norman era', 'France'], 'paris!']);
    expect(metric.result()).toMatchObject({ exactMatch: 0.5, f1: (0.8 + 1) / 2, count: 2 });
  });

  test('expects no answer where there is none, and keeps both kinds of questions apart', () => {
    const metric = squad();
    metric.update(['', 'Paris', 'Paris'], [[], [], ['Paris']]);
    const { exactMatch, f1, count, hasAnswer, noAnswer } = metric.result();
    expect([exactMatch, f1, count]).toEqual([2 / 3, 2 / 3, 3]);
    expect(hasAnswer).toEqual({ exactMatch: 1, f1: 1, count: 1 });
    expect(noAnswer).toEqual({ exactMatch: 0.5, f1: 0.5, count: 2 });
  });

  test('of version 2.0 leaves out answers of which nothing is left, unless there is no other', () => {
    expect(squadOf('2.0', '', 'the', 'cat').exactMatch).toBe(0);
    expect(squadOf('1.1', '', 'the', 'cat').exactMatch).toBe(1);
    expect(squadOf('2.0', '', 'the').exactMatch).toBe(1);
    const metric = squad();
    metric.update([''], ['']);
    expect(metric.result().noAnswer.count).toBe(1);
  });

  test('of version 1.1 refuses a question without an answer', () => {
    expect(() => squadOf('1.1', 'Paris')).toThrow(ShapeError);
    expect(() => squadOf('1.1', 'Paris')).toThrow(/expected\[0\] is empty/);
    expect(() => squad({ version: '3' as '2.0' })).toThrow(ConfigError);
    // @ts-expect-error a misspelt option
    expect(() => squad({ versoin: '2.0' })).toThrow(/Did you mean version/);
  });

  test('of nothing is not a number', () => {
    expect(squad().result()).toMatchObject({ exactMatch: Number.NaN, f1: Number.NaN, count: 0 });
  });

  test('scores lie in 0..1, a right answer has 1, and one that matches exactly has all its words right', () => {
    fc.assert(
      fc.property(text, text, (predicted, expected) => {
        const { exactMatch, f1 } = squadOf('2.0', predicted, expected);
        expect(f1).toBeGreaterThanOrEqual(exactMatch);
        expect(f1).toBeLessThanOrEqual(1);
        expect(squadOf('2.0', expected, expected)).toMatchObject({ exactMatch: 1, f1: 1 });
        expect(squadOf('2.0', expected, predicted).f1).toBeCloseTo(f1, 12);
      }),
    );
  });
});

describe('cmrc', () => {
  test('parts Chinese characters, and words between them', () => {
    expect(segment('《iPhone 4S》在2010年发布。')).toEqual(['iphone', '4s', '在', '2010', '年', '发', '布']);
  });

  test.each(reference.cmrc)("has the official script's scores of $prediction for $answers", (item) => {
    const { exactMatch, f1 } = cmrcOf(item.prediction, ...item.answers);
    expect(exactMatch).toBe(item.exactMatch);
    expectNumber(f1, item.f1);
  });

  test.each(reference.runs)("parts $text as NLTK's word tokenizer does", ({ text, words }) => {
    expect(tokenizeTreebank(text)).toEqual(words);
  });

  test('counts the longest run that both share, not all that is in both', () => {
    // 北 京 在 中 国 and 中 国 在 北 京: all five characters, but side by side only two.
    expect(cmrcOf('北京在中国', '中国在北京').f1).toBe(2 / 5);
    expect(cmrcOf('北京', '北京').f1).toBe(1);
  });

  test('of nothing is not a number, and a question without an answer is refused', () => {
    expect(cmrc().result()).toEqual({ exactMatch: Number.NaN, f1: Number.NaN, count: 0 });
    expect(() => cmrcOf('北京')).toThrow(ShapeError);
  });

  test('scores lie in 0..1, and what matches exactly is right', () => {
    fc.assert(
      fc.property(text, text, (predicted, expected) => {
        const { f1 } = cmrcOf(predicted, expected);
        expect(f1).toBeGreaterThanOrEqual(0);
        expect(f1).toBeLessThanOrEqual(1);
        expect(cmrcOf(expected, predicted).f1).toBeCloseTo(f1, 12);
        const same = cmrcOf(expected, expected);
        expect(same.exactMatch).toBe(1);
        expect(same.f1).toBe(segment(expected).length > 0 ? 1 : 0); // as in the script, nothing shares nothing
      }),
    );
  });

  test('refuses what is no text', () => {
    const metric = cmrc();
    expect(() => metric.update([3 as unknown as string], ['三'])).toThrow(/predicted\[0\] is no text/);
    expect(() => metric.update(['三'], [[3 as unknown as string]])).toThrow(/expected\[0\]\[0\] is no text/);
    expect(() => metric.update(['三'], [3 as unknown as string])).toThrow(/expected\[0\] is no text/);
    expect(() => metric.update('三' as unknown as string[], ['三'])).toThrow(/predicted is no array/);
    expect(metric.result().count).toBe(0);
  });
});

describe('answerInText', () => {
  test.each(oracle.final_text)('finds $predicted in $original', ({ predicted, original, result }) => {
    expect(answerInText(predicted, original)).toBe(result);
  });

  test('finds Chinese answers, and those with what is more than one code unit or letter', () => {
    expect(answerInText('北 京 市', '他住在北京市，很久了')).toBe('北京市');
    expect(answerInText('𠀀', 'x𠀀y')).toBe('𠀀');
    expect(answerInText('cafe', 'the Cafe\u0301 here')).toBe('Cafe\u0301');
    expect(answerInText('οδος', 'Η ΟΔΟΣ ΑΥΤΗ')).toBe('ΟΔΟΣ');
  });

  test('gives the whole text for an answer that is not in it, or is empty', () => {
    expect(answerInText('xyz', 'Steve')).toBe('Steve');
    expect(answerInText(' ', 'Steve')).toBe('Steve');
    expect(answerInText('a', '')).toBe('');
  });

  test('finds every part of a text that begins and ends with a letter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'B', 'é', '潮', ' ', '𠀀', '1'), { minLength: 1 }),
        fc.nat(),
        fc.nat(),
        (all, a, b) => {
          const [start, end] = [a % all.length, b % all.length].sort((x, y) => x - y) as [number, number];
          const part = all
            .slice(start, end + 1)
            .join('')
            .trim();
          fc.pre(part !== '');
          const found = answerInText(part.toLowerCase(), all.join(''));
          expect(found.toLowerCase().replaceAll(' ', '')).toBe(part.toLowerCase().replaceAll(' ', ''));
          expect(all.join('')).toContain(found);
        },
      ),
    );
  });
});
