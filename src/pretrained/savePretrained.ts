import { type Architecture, type CheckpointFolder, storeWeights, writeSafetensors } from '../checkpoints/index.js';
import { CheckpointError, ConfigError, rejectUnknownOptions } from '../errors/index.js';
import type { AnyModule } from '../nn/index.js';
import type { Tokenizer } from '../tokenizers/index.js';
import { allArchitectures } from './architectures.js';
import { FORMAT_VERSION } from './formatVersion.js';
import { describeQuantization } from './quantizationConfig.js';

/** What `savePretrained` saves. */
export interface PretrainedToSave {
  /** The model. */
  readonly model: AnyModule;
  /** The tokenizer that goes with it. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Forms that the model may be saved in; the first that fits is taken. All of the library's by default. */
  readonly architectures?: readonly Architecture[] | undefined;
}

/**
 * Saves a model, and its tokenizer, in Hugging Face's layout: config.json, model.safetensors, tokenizer.json. All
 * files are replaced together or not at all. What `model.quantize` rounded is saved as it is, which config.json says:
 * other libraries do not read it.
 *
 * @param target a folder: `directoryFolder(path)`, `indexedDbFolder(name)`, `memoryFolder()`
 * @throws CheckpointError if no architecture fits the model, or the files cannot be stored; what was there before is
 *   then still there
 * @throws ConfigError if the target is no folder, or an option is misspelt
 */
export async function savePretrained(target: Pick<CheckpointFolder, 'write'>, what: PretrainedToSave): Promise<void> {
  rejectUnknownOptions('savePretrained', what, ['model', 'tokenizer', 'architectures']);
  if (typeof target?.write !== 'function') {
    throw new ConfigError(
      "savePretrained: the target is no folder that can be written. Try directoryFolder('runs/gpt').",
      { value: target },
    );
  }
  const { model, tokenizer } = what;
  const architectures: readonly Architecture[] = what.architectures ?? allArchitectures;
  const [config, architecture] = describe(model, architectures);
  const weights = await storeWeights(model, architecture.weights(model).map);
  const metadata = new Map([
    ['format', 'pt'], // Hugging Face's loader asks for it
    ['formatVersion', String(FORMAT_VERSION)],
  ]);
  const files = new Map([
    ['config.json', utf8(`${JSON.stringify({ ...config, ...describeQuantization(weights) }, null, 2)}\n`)],
    ['model.safetensors', writeSafetensors(weights, metadata)],
  ]);
  if (tokenizer !== undefined) files.set('tokenizer.json', utf8(tokenizer.toJson()));
  await target.write(files);
}

function describe(model: AnyModule, architectures: readonly Architecture[]) {
  for (const architecture of architectures) {
    const config = architecture.describe(model);
    if (config === undefined) continue;
    const { modelType, name } = architecture;
    const described = { model_type: modelType, architectures: [name], ...config, formatVersion: FORMAT_VERSION };
    return [described, architecture] as const;
  }
  throw new CheckpointError(
    `savePretrained: no architecture fits a ${model.constructor.name}; tried ${architectures.map(({ name }) => name).join(', ')}.\n` +
      'Pass one for it in architectures.',
    { value: model.constructor.name },
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
