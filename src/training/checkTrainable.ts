import { TrainingError } from '../errors/index.js';
import type { Parameter } from '../nn/index.js';

/**
 * Refuses to train numbers that were rounded to 8 bits.
 *
 * @param parameters those that are to be trained, by path
 * @throws TrainingError naming one of them
 */
export function checkTrainable(parameters: ReadonlyMap<string, Parameter>): void {
  const rounded = [...parameters].filter(([, { encoding }]) => encoding === 'int8').map(([path]) => path);
  if (rounded.length === 0) return;
  throw new TrainingError(
    `fit: ${rounded.length} of the parameters, such as ${rounded[0]}, hold 8-bit numbers, which training cannot change.\n` +
      'Train the model before model.quantize, freeze these parameters and train the rest, or make them floats again: ' +
      'model.toFloat32().',
    { value: rounded },
  );
}
