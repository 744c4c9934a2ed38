import {
  type Architecture,
  type CheckpointFolder,
  loadWeights,
  type ModelConfigJson,
  readSafetensors,
} from '../checkpoints/index.js';
import { CheckpointError, ConfigError, nearestName, rejectUnknownOptions } from '../errors/index.js';
import type { AnyModule } from '../nn/index.js';
import { loadTokenizer, type Tokenizer } from '../tokenizers/index.js';
import { allArchitectures, type ModelOf } from './architectures.js';
import { checkFormatVersion } from './formatVersion.js';
import { checkQuantization } from './quantizationConfig.js';

/** Where a model is read from: a folder of any store, or anything that gives files by name. */
export type PretrainedSource = Pick<CheckpointFolder, 'read'> & Partial<Pick<CheckpointFolder, 'list'>>;

/** What `loadPretrained` takes. */
export interface LoadPretrainedOptions<A extends Architecture> {
  /**
   * Architectures that may occur, which also say what type the model has: `gptLanguageModels`, for example. All of the
   * library's by default.
   */
  readonly architectures?: readonly A[] | undefined;
  /**
   * Whether matrices and embeddings are rounded to 8 bits, as `model.quantize` does, tensor by tensor as they are read: the
   * backend never holds the model as floats. A model that was saved so needs no asking.
   */
  readonly quantize?: 'int8' | undefined;
}

/** A model as it was saved. */
export interface Pretrained<Model extends AnyModule> {
  /** The model, with the head that config.json names or bare. */
  readonly model: Model;
  /**
   * The tokenizer that was saved with it.
   *
   * @throws CheckpointError if there was none
   */
  readonly tokenizer: Tokenizer;
}

/**
 * Loads a model, and its tokenizer if there is one, from Hugging Face's layout.
 *
 * @param source a folder with config.json, model.safetensors and perhaps a tokenizer: see `loadTokenizer`
 * @throws CheckpointError if a file is missing or damaged, or the weights do not fit the configuration
 * @throws TokenizerError if the tokenizer's files are malformed
 * @throws ConfigError if the source is no folder, or an option is misspelt
 */
export async function loadPretrained<A extends Architecture = (typeof allArchitectures)[number]>(
  source: PretrainedSource,
  options: LoadPretrainedOptions<A> = {},
): Promise<Pretrained<ModelOf<A>>> {
  rejectUnknownOptions('loadPretrained', options, ['architectures', 'quantize']);
  if (options.quantize !== undefined && options.quantize !== 'int8') {
    throw new ConfigError(`loadPretrained: quantize is ${String(options.quantize)}, and must be 'int8'.`, {
      value: options.quantize,
    });
  }
  if (typeof source?.read !== 'function') {
    throw new ConfigError(
      "loadPretrained: the source is no folder that can be read. Try directoryFolder('runs/gpt').",
      { value: source },
    );
  }
  const { quantization_config: quantization, ...config } = await readJson(source, 'config.json');
  checkFormatVersion('config.json', config.formatVersion);
  checkQuantization(quantization);
  const architecture = findArchitecture(config, options.architectures ?? allArchitectures);
  const model = architecture.build(config);
  try {
    const { map, ...loading } = architecture.weights(model);
    const { tensors } = readSafetensors(await source.read('model.safetensors'));
    await loadWeights(model, map, tensors, { ...loading, quantize: options.quantize });
    const tokenizer = await loadTokenizer(source);
    return {
      model: model as ModelOf<A>, // found among the architectures A
      get tokenizer() {
        if (tokenizer !== undefined) return tokenizer;
        throw new CheckpointError(
          'loadPretrained: there is no tokenizer beside the model. Load its tokenizer on its own.',
        );
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The architecture that config.json names; the first of its model type where it names none. */
function findArchitecture(config: ModelConfigJson, known: readonly Architecture[]): Architecture {
  const { model_type: modelType, architectures } = config;
  const ofType = known.filter((architecture) => architecture.modelType === modelType);
  if (ofType.length === 0)
    throw unknown(
      'model_type',
      modelType,
      known.map((architecture) => architecture.modelType),
    );
  const names = Array.isArray(architectures) ? architectures : [];
  const found = names.length === 0 ? ofType[0] : ofType.find(({ name }) => names.includes(name));
  if (found === undefined)
    throw unknown(
      'architectures',
      names[0],
      ofType.map(({ name }) => name),
    );
  return found;
}

async function readJson(source: PretrainedSource, file: string): Promise<ModelConfigJson> {
  const text = new TextDecoder().decode(await source.read(file));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ModelConfigJson;
  throw new CheckpointError(`${file} must hold a JSON object.`, { value });
}

function unknown(key: string, value: unknown, known: readonly string[]): CheckpointError {
  const names = [...new Set(known)];
  const nearest = typeof value === 'string' ? nearestName(value, names) : undefined;
  const advice = nearest === undefined ? `Expected is ${names.join(' or ')}.` : `Is it ${nearest}?`;
  return new CheckpointError(`config.json: ${key} ${JSON.stringify(value)} is not known here.\n${advice}`, { value });
}
