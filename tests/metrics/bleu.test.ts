import fc from 'fast-check';
import { ConfigError, ShapeError } from 'sesame-nlp/errors';
import {
  addKSmoothing,
  type BleuOptions,
  type BleuScore,
  type BleuSmoothing,
  bleu,
  exponentialSmoothing,
  floorSmoothing,
  noSmoothing,
  sentenceBleu,
  type TextTokenizer,
  tokenize13a,
  tokenizeCharacters,
  tokenizeChinese,
  tokenizeInternational,
  tokenizeWords,
} from 'sesame-nlp/metrics';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { expectNumber, expectNumbers, text } from './fixtures.js';

type OracleSmoothing = 'none' | 'exp' | 'add-one (all orders)';

interface Oracle {
  readonly tokenization_13a: { text: string; tokens: string[] }[];
  readonly pairs: { reference: string; hypothesis: string }[];
  readonly corpus: {
    references: string;
    smoothing: OracleSmoothing;
    max_order: number;
    bleu: number;
    precisions: number[];
    brevity_penalty: number;
    hypothesis_length: number;
    reference_length: number;
    matches: number[];
    totals: number[];
  }[];
  readonly sentence: { pair: number; none: number; exp: number }[];
  readonly keras_hub_constants: {
    smoothing: OracleSmoothing;
    max_order: number;
    predictions: string[];
    references: string[][];
    bleu: number;
    delta: number;
  }[];
}

type SacrebleuSmoothing = 'exp' | 'floor' | 'add-k' | 'none';
type SacrebleuScore = Pick<
  BleuScore,
  'score' | 'precisions' | 'brevityPenalty' | 'hypothesisLength' | 'referenceLength'
>;

interface Reference {
  readonly texts: { prediction: string; references: string[] }[];
  readonly bleu: {
    tokens: Record<string, string[][]>;
    corpus: ({
      tokenize: string;
      smoothing: SacrebleuSmoothing;
      value: number | null;
      effectiveOrder: boolean;
      maxOrder: number;
    } & SacrebleuScore)[];
    sentences: { tokenize: string; smoothing: SacrebleuSmoothing; value: number | null; scores: SacrebleuScore[] }[];
  };
}

const oracle = await readJsonFixture<Oracle>('metrics/bleu.json');
const reference = await readJsonFixture<Reference>('metrics/reference/expected.json');

const smoothings: Record<OracleSmoothing, BleuSmoothing> = {
  none: noSmoothing,
  exp: exponentialSmoothing,
  'add-one (all orders)': addKSmoothing(1, 1),
};

/** sacrebleu's tokenizers, by its names. */
const tokenizers: Record<string, TextTokenizer> = {
  '13a': tokenize13a,
  intl: tokenizeInternational,
  zh: tokenizeChinese,
  char: tokenizeCharacters,
  none: tokenizeWords,
};

const sacrebleuSmoothing = (method: SacrebleuSmoothing, value: number | null): BleuSmoothing =>
  ({
    exp: exponentialSmoothing,
    none: noSmoothing,
    floor: floorSmoothing(value ?? undefined),
    'add-k': addKSmoothing(value ?? undefined),
  })[method];

function measure(predicted: string[], expected: (string | string[])[], options?: BleuOptions): BleuScore {
  const metric = bleu(options);
  metric.update(predicted, expected);
  return metric.result();
}

function expectScore(actual: BleuScore, expected: SacrebleuScore): void {
  expectNumber(actual.score, expected.score);
  expectNumbers(actual.precisions, [...expected.precisions]);
  expectNumber(actual.brevityPenalty, expected.brevityPenalty);
  expect(actual.hypothesisLength).toBe(expected.hypothesisLength);
  expect(actual.referenceLength).toBe(expected.referenceLength);
}

test('counts matches, and penalises what is too short', () => {
  // 4 of 5 words, 2 of 4 pairs: the cat, the mat.
  const { score, precisions, brevityPenalty, matches, totals } = measure(
    ['the cat on the mat'],
    ['the cat sat upon the mat'],
    { maxOrder: 2 },
  );
  expect([matches, totals]).toEqual([
    [4, 2],
    [5, 4],
  ]);
  expect(precisions).toEqual([4 / 5, 2 / 4]);
  expect(brevityPenalty).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
  expect(score).toBeCloseTo(Math.exp(-0.2) * Math.sqrt(0.4), 12);
});

test('parts words as mteval-v13a does', () => {
  for (const { text: line, tokens } of oracle.tokenization_13a) expect(tokenize13a(line)).toEqual(tokens);
});

test.each(oracle.corpus)(
  'of a corpus with $references, smoothing $smoothing, up to order $max_order',
  ({ references, smoothing, max_order, ...expected }) => {
    const { pairs } = oracle;
    const own = pairs.map(({ reference }) => [reference]);
    const withNext = pairs.map(({ reference }, index) => [reference, pairs[(index + 1) % pairs.length]!.reference]);
    const actual = measure(
      pairs.map(({ hypothesis }) => hypothesis),
      references === 'one reference' ? own : withNext,
      { maxOrder: max_order, smoothing: smoothings[smoothing] },
    );
    expectScore(actual, {
      score: expected.bleu,
      precisions: expected.precisions,
      brevityPenalty: expected.brevity_penalty,
      hypothesisLength: expected.hypothesis_length,
      referenceLength: expected.reference_length,
    });
    expect(actual.matches).toEqual(expected.matches);
    expect(actual.totals).toEqual(expected.totals);
  },
);

test('of single sentences', () => {
  for (const { pair, none, exp } of oracle.sentence) {
    const { hypothesis, reference } = oracle.pairs[pair]!;
    expectNumber(sentenceBleu(hypothesis, reference, { smoothing: noSmoothing }).score, none);
    expectNumber(sentenceBleu(hypothesis, reference).score, exp);
  }
});

test("agrees with KerasHub's constants", () => {
  for (const { smoothing, max_order, predictions, references, bleu: expected, delta } of oracle.keras_hub_constants) {
    const { score } = measure(predictions, references, { smoothing: smoothings[smoothing], maxOrder: max_order });
    expect(Math.abs(score - expected)).toBeLessThanOrEqual(delta);
  }
});

describe('against sacrebleu, on English and Chinese', () => {
  const predicted = reference.texts.map(({ prediction }) => prediction);
  const expected = reference.texts.map(({ references }) => references);

  test.each(Object.entries(reference.bleu.tokens))('tokens of %s', (name, tokens) => {
    // sacrebleu cuts white space at the end before it asks a tokenizer; so does bleu.
    for (const [index, line] of predicted.entries()) {
      expect(tokenizers[name]!(line.replace(/[\s\u0085]+$/, ''))).toEqual(tokens[index]);
    }
  });

  test('the score of the corpus, in every combination of options', () => {
    expect(reference.bleu.corpus.length).toBeGreaterThan(50);
    for (const { tokenize, smoothing, value, effectiveOrder, maxOrder, ...score } of reference.bleu.corpus) {
      const options = { tokenize: tokenizers[tokenize]!, smoothing: sacrebleuSmoothing(smoothing, value) };
      expectScore(measure(predicted, expected, { ...options, effectiveOrder, maxOrder }), score);
    }
  });

  test('the score of each sentence', () => {
    for (const { tokenize, smoothing, value, scores } of reference.bleu.sentences) {
      const options = { tokenize: tokenizers[tokenize]!, smoothing: sacrebleuSmoothing(smoothing, value) };
      for (const [index, score] of scores.entries()) {
        expectScore(sentenceBleu(predicted[index]!, expected[index]!, options), score);
      }
    }
  });
});

describe('properties', () => {
  const pairs = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 });
  const options = { tokenize: tokenizeChinese };
  const of = (list: readonly (readonly [string, string])[], more: BleuOptions = {}) =>
    measure(
      list.map(([predicted]) => predicted),
      list.map(([, expected]) => expected),
      { ...options, ...more },
    );

  test('the score lies in 0..1, and is 1 for the references themselves, once they have tokens', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const { score, totals } = of(list);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        const same = of(
          list.map(([, expected]) => [expected, expected] as const),
          { effectiveOrder: true },
        );
        expect(same.score).toBeCloseTo(same.totals[0]! > 0 ? 1 : 0, 12);
        expect(totals.every((total, index) => total <= totals[Math.max(0, index - 1)]!)).toBe(true);
      }),
    );
  });

  test('the order of texts and of references makes no difference, and another reference finds no fewer matches', () => {
    fc.assert(
      fc.property(pairs, text, (list, other) => {
        expect(of([...list].reverse())).toEqual(of(list));
        const predicted = list.map(([first]) => first);
        const both = measure(
          predicted,
          list.map(([, second]) => [second, other]),
          options,
        );
        expect(
          measure(
            predicted,
            list.map(([, second]) => [other, second]),
            options,
          ),
        ).toEqual(both);
        for (const [index, matches] of of(list).matches.entries()) {
          expect(both.matches[index]).toBeGreaterThanOrEqual(matches);
        }
      }),
    );
  });

  test('no token can pose as two', () => {
    const joined = { tokenize: (line: string) => line.split('|'), smoothing: noSmoothing, maxOrder: 2 };
    expect(measure(['a b|c'], ['a|b c'], joined).matches).toEqual([0, 0]);
    expect(measure(['1:a|b'], ['1:|a1:b'], joined).matches).toEqual([0, 0]);
  });
});

describe('edges', () => {
  test('an empty text scores 0, and so does a corpus of nothing', () => {
    const empty = {
      score: 0,
      precisions: [0, 0, 0, 0],
      matches: [0, 0, 0, 0],
      totals: [0, 0, 0, 0],
      hypothesisLength: 0,
    };
    expect(measure([''], ['the cat'])).toEqual({ ...empty, brevityPenalty: 0, referenceLength: 2 });
    expect(measure([], [])).toEqual({ ...empty, brevityPenalty: 1, referenceLength: 0 });
    expect(measure([''], [''])).toEqual({ ...empty, brevityPenalty: 1, referenceLength: 0 });
    expect(sentenceBleu('', 'the cat').score).toBe(0);
  });

  test('a text shorter than the longest n-grams scores 0 in a corpus, and is taken as it is as a sentence', () => {
    expect(measure(['a cat'], ['a cat']).score).toBe(0);
    expect(measure(['a cat'], ['a cat'], { effectiveOrder: true }).score).toBe(1);
    expect(sentenceBleu('a cat', 'a cat').score).toBe(1);
    expect(sentenceBleu('a cat', 'a cat', { effectiveOrder: false }).score).toBe(0);
  });

  test('smoothing has a value of its own choice', () => {
    const counts = [
      { matches: 2, total: 4 },
      { matches: 0, total: 3 },
      { matches: 0, total: 2 },
      { matches: 0, total: 0 },
    ];
    expect(noSmoothing(counts)).toEqual([0.5, 0, 0]);
    expect(exponentialSmoothing(counts)).toEqual([0.5, 1 / 6, 1 / 8]);
    expect(floorSmoothing()(counts)).toEqual([0.5, 0.1 / 3, 0.05]);
    expect(floorSmoothing(0.5)(counts)).toEqual([0.5, 0.5 / 3, 0.25]);
    expect(addKSmoothing()(counts)).toEqual([0.5, 1 / 4, 1 / 3, 1]);
    expect(addKSmoothing(1, 1)(counts)).toEqual([3 / 5, 1 / 4, 1 / 3, 1]);
  });

  test('Chinese is refused where no tokenizer was chosen, and measured where one was', () => {
    expect(() => measure(['潮水退了'], ['潮水退了。'])).toThrow(ConfigError);
    expect(() => measure(['潮水退了'], ['潮水退了。'])).toThrow(
      /bleu: the text "潮水退了。" is Chinese.*\n.*tokenizeChinese/,
    );
    expect(measure(['潮水退了'], ['潮水退了'], { tokenize: tokenizeChinese }).score).toBe(1);
    expect(measure(['潮水退了'], ['潮水退了'], { tokenize: tokenize13a }).totals[0]).toBe(1);
    expect(() => sentenceBleu('潮', '潮')).toThrow(/sentenceBleu: /);
    // A name among English words is no reason.
    expect(measure(['Her name 潮 is rare here'], ['Her name 潮 is rare here']).score).toBe(1);
  });

  test('what is no text, has no reference, or cannot work is refused, and not counted', () => {
    const metric = bleu();
    metric.update(['a b c d'], ['a b c d']);
    expect(() => metric.update(['a', 'b'], ['a', []])).toThrow(/expected\[1\] is empty/);
    expect(() => metric.update([['a'] as unknown as string], ['a'])).toThrow(ShapeError);
    expect(() => metric.update(['a'], [])).toThrow(/1 predicted, 0 expected/);
    expect(metric.result().score).toBe(1);
    expect(() => bleu({ maxOrder: 0 })).toThrow(/maxOrder is 0/);
    // @ts-expect-error a misspelt option
    expect(() => bleu({ tokenise: tokenizeWords })).toThrow(/Did you mean tokenize/);
    expect(() => sentenceBleu('a', 'a', { maxOrder: 1.5 })).toThrow(ConfigError);
  });
});
