import fc from 'fast-check';
import { expect } from 'vitest';

/** Equal in all the digits that the fixtures have. */
export function expectNumber(actual: number, expected: number): void {
  expectNumbers([actual], [expected]);
}

export function expectNumbers(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.map((value) => Number(value.toPrecision(9)))).toEqual(expected);
}

/** As near as can be where the inputs of the fixture are rounded to 9 digits too, not only its numbers. */
export function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(2e-9 * Math.max(1, expected));
}

/** A text of few words, English and Chinese, so that two of them share some. */
export const text = fc
  .array(fc.constantFrom('the ', 'cat ', 'sat. ', 'on, ', '潮', '水', '退了', '，', '3.5 ', 'A-b ', '😀', ' '), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));
