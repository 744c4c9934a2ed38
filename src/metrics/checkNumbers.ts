import { ShapeError } from '../errors/index.js';
import { checkBatch } from './checkBatch.js';
import type { NumberSequence } from './metric.js';

/** Refuses a batch that is not two arrays of finite numbers, of one length. */
export function checkNumbers(owner: string, predicted: NumberSequence, expected: NumberSequence): void {
  checkBatch(owner, predicted, expected);
  for (const [name, numbers] of Object.entries({ predicted, expected })) {
    const place = numbers.findIndex((number) => !Number.isFinite(number));
    if (place < 0) continue;
    throw new ShapeError(`${owner}: ${name}[${place}] is ${String(numbers[place])}, and must be a finite number.`, {
      value: numbers[place],
    });
  }
}
