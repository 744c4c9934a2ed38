import { splitText } from 'sesame-nlp/data';
import { ConfigError, TrainingError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';

test('the last tenth is for validation by default, training rounded down', () => {
  expect(splitText('0123456789')).toEqual({ train: '012345678', validation: '9' });
  expect(splitText('x'.repeat(1_115_394)).train).toHaveLength(1_003_854);
  expect(splitText('abcd', { validationFraction: 0.5 })).toEqual({ train: 'ab', validation: 'cd' });
  expect(splitText('0123456789', { validationFraction: 0.9 }).train).toBe('0');
});

test('a surrogate pair is not cut', () => {
  expect(splitText('a😀b', { validationFraction: 0.5 })).toEqual({ train: 'a', validation: '😀b' });
});

test('a text too short to split, and a fraction outside 0..1, are refused', () => {
  expect(() => splitText('')).toThrow(TrainingError);
  expect(() => splitText('a')).toThrow(TrainingError);
  expect(() => splitText('😀', { validationFraction: 0.5 })).toThrow(TrainingError);
  for (const validationFraction of [0, 1, -0.1, Number.NaN]) {
    expect(() => splitText('abc', { validationFraction })).toThrow(ConfigError);
  }
  // @ts-expect-error a misspelt option
  expect(() => splitText('abc', { validationfraction: 0.5 })).toThrow(/validationFraction/);
});
