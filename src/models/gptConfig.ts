import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import { headSize } from '../layers/index.js';

/** What `createGpt` takes: plain values, as they are saved. Defaults make GPT-2 small. */
export interface GptOptions {
  /** How many tokens there are. */
  readonly vocabSize: number;
  /** The longest text it can look at, in tokens; 1024 by default. */
  readonly maxPositions?: number;
  /** Size of the hidden states; 768 by default. */
  readonly dModel?: number;
  /** How many blocks; 12 by default. */
  readonly numLayers?: number;
  /** How many attention heads share dModel; 12 by default. */
  readonly numHeads?: number;
  /** Size inside the feed-forward maps; 4 dModel by default. */
  readonly dFeedForward?: number;
  /** The feed-forward function, by its Hugging Face name; 'gelu_new' (the tanh approximation) by default. */
  readonly activation?: 'gelu_new' | 'gelu' | 'relu' | 'silu';
  /** Where the norms stand: 'pre' (GPT-2, with one more norm at the end) by default, or 'post' (GPT-1). */
  readonly norm?: 'pre' | 'post';
  /** Added to the variance by the norms; 1e-5 by default. */
  readonly normEpsilon?: number;
  /** How it knows the order of tokens: 'learned' by default. */
  readonly positions?: 'learned' | 'sinusoidal' | 'rotary' | 'alibi';
  /** Base of the rotary wavelengths; 10000 by default. */
  readonly rotaryBase?: number;
  /** Whether the token embedding is the output layer too; yes by default. */
  readonly tieEmbeddings?: boolean;
  /** Taps of a `TokenShift` on each block's input; 0, for none, by default. */
  readonly shiftTaps?: number;
  /** Whether a `BigramEmbedding` is added to the token embedding; no by default. */
  readonly bigramEmbedding?: boolean;
  /** Dropout of embeddings, sublayers and attention weights, probability 0..1; 0.1 by default. */
  readonly dropout?: number;
  /**
   * How weights start: 'gpt2' by default (normal 0.02, residual projections 0.02 / sqrt(2 numLayers)), or 'zeroOutput'
   * (matrices 0.6 / sqrt(in), residual projections and output layer 0: each block starts as the identity), which suits
   * the Muon optimizer.
   */
  readonly initialization?: 'gpt2' | 'zeroOutput';
  /** 32-bit integer that the initial weights come from; 0 by default. */
  readonly seed?: number;
}

/** A GPT's configuration with every default filled in. */
export type GptConfig = Required<Omit<GptOptions, 'seed'>>;

const DEFAULTS = {
  maxPositions: 1024,
  dModel: 768,
  numLayers: 12,
  numHeads: 12,
  activation: 'gelu_new',
  norm: 'pre',
  normEpsilon: 1e-5,
  positions: 'learned',
  rotaryBase: 10000,
  tieEmbeddings: true,
  shiftTaps: 0,
  bigramEmbedding: false,
  dropout: 0.1,
  initialization: 'gpt2',
} as const satisfies Partial<GptConfig>;

const CHOICES = {
  activation: ['gelu_new', 'gelu', 'relu', 'silu'],
  norm: ['pre', 'post'],
  positions: ['learned', 'sinusoidal', 'rotary', 'alibi'],
  initialization: ['gpt2', 'zeroOutput'],
} as const;

const COUNTS = ['vocabSize', 'maxPositions', 'dModel', 'numLayers', 'numHeads', 'dFeedForward'] as const;

// Types are checked too: the options may come from a file, where "false" is a string that is not false.
const NUMBERS = ['normEpsilon', 'rotaryBase', 'dropout', 'shiftTaps'] as const;
const FLAGS = ['tieEmbeddings', 'bigramEmbedding'] as const;

/** The sizes of a known GPT. */
export type GptPreset = Required<Pick<GptOptions, 'vocabSize' | 'maxPositions' | 'dModel' | 'numLayers' | 'numHeads'>>;

/** The sizes that `gptPresets` has. */
export interface GptPresets {
  /** GPT-2 small, 12 layers of 768: 124,439,808 parameters. */
  readonly gpt2: GptPreset;
  /** GPT-2 medium, 24 layers of 1024: 354,823,168 parameters. */
  readonly 'gpt2-medium': GptPreset;
  /** 6 layers of 192: 2,669,184 parameters in the blocks. */
  readonly mini: GptPreset;
  /** 3 layers of 48: 84,816 parameters in the blocks. */
  readonly nano: GptPreset;
}

/**
 * Sizes to build on: `createGpt({ ...gptPresets.nano, vocabSize: 65 })`. With GPT-2's vocabulary of 50257 tokens and
 * 1024 positions they have 124.4, 354.8, 12.5 and 2.5 million parameters.
 */
export const gptPresets: GptPresets = {
  gpt2: { vocabSize: 50257, maxPositions: 1024, dModel: 768, numLayers: 12, numHeads: 12 },
  'gpt2-medium': { vocabSize: 50257, maxPositions: 1024, dModel: 1024, numLayers: 24, numHeads: 16 },
  mini: { vocabSize: 50257, maxPositions: 1024, dModel: 192, numLayers: 6, numHeads: 6 },
  nano: { vocabSize: 50257, maxPositions: 1024, dModel: 48, numLayers: 3, numHeads: 3 },
};

/**
 * Fills in the defaults and checks every value.
 *
 * @throws ConfigError with the offending value, saying what was expected
 */
export function gptConfig(options: GptOptions): GptConfig {
  rejectUnknownOptions('createGpt', options, [...Object.keys(DEFAULTS), ...COUNTS, 'seed']);
  const { seed: _, ...given } = options;
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const dFeedForward = 4 * (options.dModel ?? DEFAULTS.dModel);
  // The filter takes out only what was undefined, so the type is what the spread of defaults and options gives.
  const config = { ...DEFAULTS, dFeedForward, ...present } as GptConfig;

  for (const name of COUNTS) {
    const value: unknown = config[name];
    if (!Number.isInteger(value) || (value as number) < 1) {
      refuse(name, value, `a whole number >= 1${name === 'vocabSize' ? ': the size of the tokenizer' : ''}`);
    }
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value: unknown = config[name as keyof typeof CHOICES];
    if (!(choices as readonly unknown[]).includes(value)) refuse(name, value, `one of ${choices.join(', ')}`);
  }
  for (const name of NUMBERS) {
    if (!Number.isFinite(config[name])) refuse(name, config[name], 'a number');
  }
  for (const name of FLAGS) {
    if (typeof config[name] !== 'boolean') refuse(name, config[name], 'true or false');
  }
  if (!(config.normEpsilon > 0)) refuse('normEpsilon', config.normEpsilon, 'a number above 0, such as 1e-5');
  if (!(config.rotaryBase > 1)) refuse('rotaryBase', config.rotaryBase, 'a number above 1, such as 10000');
  if (!(config.dropout >= 0 && config.dropout < 1)) refuse('dropout', config.dropout, 'a probability in [0, 1)');
  if (config.shiftTaps !== 0 && !(Number.isInteger(config.shiftTaps) && config.shiftTaps >= 2)) {
    refuse('shiftTaps', config.shiftTaps, '0 for none, or a whole number >= 2 such as 3');
  }
  if (!Number.isInteger(options.seed ?? 0)) refuse('seed', options.seed, 'a whole number');
  headSize('createGpt', config.dModel, config.numHeads);
  return config;
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new ConfigError(`createGpt: ${name} is ${String(value)}, and must be ${expected}.`, { value });
}
