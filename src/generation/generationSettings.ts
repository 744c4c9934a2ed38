import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { RandomStream } from '../nn/index.js';
import type { GenerateOptions, OverflowPolicy } from './generateOptions.js';
import type { LogitsProcessor } from './processors/logitsProcessor.js';
import { repetitionPenalty } from './processors/repetitionPenalty.js';
import { temperature } from './processors/temperature.js';
import { topK } from './processors/topK.js';
import { topP } from './processors/topP.js';

/** A choice that needs nothing but the logits. */
export interface SamplingSettings {
  /** 0 for the likeliest token. */
  readonly temperature: number;
  /** Infinity for all. */
  readonly topK: number;
  /** 1 for all. */
  readonly topP: number;
}

/** The options of a generation, checked, with every default filled in. */
export interface GenerationSettings {
  readonly maxNewTokens: number;
  readonly greedy: boolean;
  /** In the order in which they are applied. */
  readonly processors: readonly LogitsProcessor[];
  /** The same in numbers, where no other processor is among them. */
  readonly sampling: SamplingSettings | undefined;
  /** The end-of-text tokens among them. */
  readonly stopSequences: readonly (readonly number[])[];
  readonly stopWhen: (newTokenIds: readonly number[], row: number) => boolean;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly useCache: boolean;
  readonly onOverflow: OverflowPolicy;
}

// A record, so that the compiler sees to it that no option is forgotten.
const NAMES: Readonly<Record<keyof GenerateOptions, true>> = {
  maxNewTokens: true,
  doSample: true,
  temperature: true,
  topK: true,
  topP: true,
  repetitionPenalty: true,
  logitsProcessors: true,
  eosTokenId: true,
  stopSequences: true,
  stopWhen: true,
  seed: true,
  signal: true,
  useCache: true,
  onOverflow: true,
};

/** The names of the options that `generate` takes. */
export const GENERATE_OPTION_NAMES: readonly string[] = Object.keys(NAMES);

/**
 * Checks the options of `owner`.
 *
 * @throws ConfigError if one is misspelt or cannot work
 */
export function generationSettings(owner: string, options: GenerateOptions, vocabSize: number): GenerationSettings {
  rejectUnknownOptions(owner, options, GENERATE_OPTION_NAMES);
  const { maxNewTokens = 128, doSample = true, useCache = true, onOverflow = 'slide' } = options;
  const { seed = RandomStream.unseeded().nextSeed(), stopWhen = () => false } = options;
  if (!(Number.isInteger(maxNewTokens) || maxNewTokens === Number.POSITIVE_INFINITY) || maxNewTokens < 0) {
    throw new ConfigError(`${owner}: maxNewTokens is ${maxNewTokens}, and must be a whole number >= 0, or Infinity.`, {
      value: maxNewTokens,
    });
  }
  if (!Number.isInteger(seed)) {
    throw new ConfigError(`${owner}: seed ${seed} is not a whole number.`, { value: seed });
  }
  if (!['slide', 'stop', 'error'].includes(onOverflow)) {
    throw new ConfigError(`${owner}: onOverflow '${onOverflow}' is not one of 'slide', 'stop' and 'error'.`, {
      value: onOverflow,
    });
  }
  return {
    maxNewTokens,
    greedy: !doSample || options.temperature === 0,
    processors: processorsOf(options),
    sampling: samplingOf(options),
    stopSequences: stopSequencesOf(owner, options, vocabSize),
    stopWhen,
    seed,
    signal: options.signal,
    useCache,
    onOverflow,
  };
}

/** Hugging Face's order: penalties, then temperature, top-k, top-p. The greedy choice does not depend on the latter. */
function processorsOf(options: GenerateOptions): LogitsProcessor[] {
  const { logitsProcessors = [] } = options;
  const make = <T>(value: T | undefined, neutral: T | undefined, create: (value: T) => LogitsProcessor) =>
    value === undefined || value === neutral ? [] : [create(value)];
  return [
    ...make(options.repetitionPenalty, 1, repetitionPenalty),
    ...logitsProcessors,
    ...(options.temperature === 0 ? [] : make(options.temperature, 1, temperature)),
    ...make(options.topK, undefined, topK),
    ...make(options.topP, 1, topP),
  ];
}

function samplingOf(options: GenerateOptions): SamplingSettings | undefined {
  const { repetitionPenalty = 1, logitsProcessors = [], doSample = true } = options;
  if (repetitionPenalty !== 1 || logitsProcessors.length > 0) return undefined;
  const { temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1 } = options;
  return { temperature: doSample ? temperature : 0, topK, topP };
}

function stopSequencesOf(owner: string, options: GenerateOptions, vocabSize: number): (readonly number[])[] {
  const { eosTokenId = [], stopSequences = [] } = options;
  const ends = typeof eosTokenId === 'number' ? [eosTokenId] : eosTokenId;
  const sequences = [...ends.map((id) => [id]), ...stopSequences];
  for (const sequence of sequences) {
    if (!Array.isArray(sequence)) {
      throw new ConfigError(`${owner}: a stop sequence is no array.\nTry stopSequences: [[${String(sequence)}]].`, {
        value: sequence,
      });
    }
    if (sequence.length === 0) {
      throw new ConfigError(`${owner}: a stop sequence is empty.\nGive at least one token id in each.`, {
        value: sequence,
      });
    }
    const bad = sequence.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
    if (bad === undefined) continue;
    throw new ConfigError(
      `${owner}: the model cannot stop at token ${bad}: its vocabulary has the ids 0..${vocabSize - 1}.\n` +
        'Was the stop sequence or the end-of-text token taken from another tokenizer?',
      { value: bad },
    );
  }
  return sequences;
}
