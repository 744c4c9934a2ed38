import type { TensorToWrite } from '../checkpoints/index.js';
import { CheckpointError } from '../errors/index.js';

/** What config.json calls weights that `model.quantize('int8')` rounded. */
const METHOD = 'sesame-int8';

/** What config.json says of weights some of which are 8-bit codes with scales; nothing where none are. */
export function describeQuantization(weights: ReadonlyMap<string, TensorToWrite>) {
  if (![...weights.values()].some(({ dtype }) => dtype === 'I8')) return {};
  return { quantization_config: { quant_method: METHOD, bits: 8, symmetric: true, scales: 'per output' } };
}

/** @throws CheckpointError if the weights were rounded in a way that is not read here */
export function checkQuantization(config: unknown): void {
  if (config === undefined || config === null) return; // transformers writes null for none
  const method = (config as { readonly quant_method?: unknown }).quant_method;
  if (method === METHOD) return;
  throw new CheckpointError(
    `config.json: the weights are quantized by ${JSON.stringify(method)}, which is not read here.\n` +
      "Load the model's float weights; loadPretrained(source, { quantize: 'int8' }) rounds them on the way.",
    { value: config },
  );
}
