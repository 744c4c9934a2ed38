// GPTs in the checkpoints of Hugging Face, and in our own form where theirs has no words for one.
import { type Architecture, type ModelConfigJson, ownNames, type WeightEntry } from '../checkpoints/index.js';
import { CheckpointError, ConfigError } from '../errors/index.js';
import { HeadedModel, LanguageModelingHead } from '../heads/index.js';
import { createGpt, type Gpt, GptBackbone, type GptConfig, type GptOptions } from '../models/index.js';
import type { AnyModule } from '../nn/index.js';

/** How a checkpoint format speaks of GPTs. */
interface GptFormat {
  readonly modelType: string;
  /** Names of the model with its language-modelling head, and without. */
  readonly headed: string;
  readonly bare: string;
  /** createGpt's options from config.json. */
  options(json: ModelConfigJson): LooseGptOptions;
  /** config.json from createGpt's options, or undefined if the format has no words for them. */
  describe(config: GptConfig): ModelConfigJson | undefined;
  /** The names of the parts, or undefined where weights are stored under our own paths. */
  readonly names?: GptNames;
}

/** What the parts of a GPT are called in a checkpoint. */
interface GptNames {
  readonly token: string;
  readonly position: string;
  readonly finalNorm?: string;
}

/** Hugging Face's other names of activations that we have. */
const TANH_GELUS_AND_SWISH = { gelu_fast: 'gelu_new', gelu_pytorch_tanh: 'gelu_new', swish: 'silu' } as const;

const GPT2: GptFormat = {
  modelType: 'gpt2',
  headed: 'GPT2LMHeadModel',
  bare: 'GPT2Model',
  options: (json) => {
    refuseVariants(json);
    return {
      ...sizes(json),
      dFeedForward: (json.n_inner as number | null | undefined) ?? undefined,
      activation: activation(json.activation_function ?? 'gelu_new', TANH_GELUS_AND_SWISH),
    };
  },
  describe: (config) =>
    isPlain(config) && config.norm === 'pre'
      ? { ...describeSizes(config), n_inner: config.dFeedForward, activation_function: config.activation }
      : undefined,
  names: { token: 'wte', position: 'wpe', finalNorm: 'ln_f' },
};

const GPT1: GptFormat = {
  modelType: 'openai-gpt',
  headed: 'OpenAIGPTLMHeadModel',
  bare: 'OpenAIGPTModel',
  options: (json) => ({
    ...sizes(json),
    norm: 'post',
    activation: activation(json.afn ?? 'gelu', { gelu: 'gelu_new', swish: 'silu' }), // its gelu is the tanh one
  }),
  describe: (config) => {
    const afn = { gelu_new: 'gelu', relu: 'relu', silu: 'swish', gelu: undefined }[config.activation];
    const sayable = isPlain(config) && config.norm === 'post' && config.dFeedForward === 4 * config.dModel;
    return sayable && afn !== undefined ? { ...describeSizes(config), afn } : undefined;
  },
  names: { token: 'tokens_embed', position: 'positions_embed' },
};

/** Our own: createGpt's options as they are, for GPTs with parts that Hugging Face's have not. */
const SESAME: GptFormat = {
  modelType: 'sesame-gpt',
  headed: 'SesameGpt',
  bare: 'SesameGptBackbone',
  // createGpt refuses what it does not know, whatever type the file gave it.
  options: ({ model_type: _, architectures: __, formatVersion: ___, ...options }) => options as unknown as GptOptions,
  describe: (config) => ({ ...config }),
};

/** Hugging Face's GPT2LMHeadModel: pre-norm, learned positions. */
export const gpt2LMHeadModel = languageModel(GPT2);
/** Hugging Face's GPT2Model: the same without the head. */
export const gpt2Model = bareModel(GPT2);
/** Hugging Face's OpenAIGPTLMHeadModel, GPT-1: post-norm, learned positions. */
export const openAIGPTLMHeadModel = languageModel(GPT1);
/** Hugging Face's OpenAIGPTModel: the same without the head. */
export const openAIGPTModel = bareModel(GPT1);
/** Any GPT that `createGpt` builds, under our own names. */
export const sesameGpt = languageModel(SESAME);
/** The same without the head. */
export const sesameGptBackbone = bareModel(SESAME);

/** GPTs with their language-modelling head, in every format: `loadPretrained(source, { architectures: gptLanguageModels })`. */
export const gptLanguageModels = [gpt2LMHeadModel, openAIGPTLMHeadModel, sesameGpt] as const;

function languageModel(format: GptFormat): Architecture<Gpt> {
  return {
    modelType: format.modelType,
    name: format.headed,
    build: (json) => build(format, json),
    describe: (model) => {
      const config = configOf(model);
      return config && format.describe(config);
    },
    weights: (model) => weights(format, model, model.backbone),
  };
}

function bareModel(format: GptFormat): Architecture<GptBackbone> {
  return {
    modelType: format.modelType,
    name: format.bare,
    build: (json) => build(format, json).backbone,
    describe: (model) => (model instanceof GptBackbone ? format.describe(model.config) : undefined),
    weights: (model) => weights(format, model, model),
  };
}

/** More layers than any GPT has. A file that claims more would fill the memory before its weights are looked at. */
const MOST_LAYERS = 10_000;

function build(format: GptFormat, json: ModelConfigJson): Gpt {
  const options = Object.entries(format.options(json)).filter(([, value]) => value !== undefined);
  const { numLayers } = Object.fromEntries(options);
  if (typeof numLayers === 'number' && numLayers > MOST_LAYERS) {
    throw new CheckpointError(
      `config.json: ${numLayers} layers are more than the ${MOST_LAYERS} that can be loaded. Is the file damaged?`,
      { value: numLayers },
    );
  }
  try {
    // Whatever types the file gave, createGpt checks every value.
    return createGpt(Object.fromEntries(options) as unknown as GptOptions);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CheckpointError(`config.json: ${error.message}`, { cause: error, value: error.value });
  }
}

/** What createGpt would build this model from, or undefined if it would build another: one with a head of another kind. */
function configOf(model: AnyModule): GptConfig | undefined {
  if (!(model instanceof HeadedModel)) return undefined;
  const { backbone, head } = model;
  if (!(backbone instanceof GptBackbone && head instanceof LanguageModelingHead)) return undefined;
  if (head.vocabSize !== backbone.config.vocabSize) return undefined;
  // The head itself says whether it is tied: it may have been joined to the backbone later.
  return { ...backbone.config, tieEmbeddings: head.weight === backbone.tokenEmbedding.weight };
}

/** Hugging Face's linear maps here are Conv1D: [in, out] as ours, with query, key and value side by side. */
function weights({ names }: GptFormat, model: AnyModule, backbone: GptBackbone) {
  if (names === undefined) return { map: ownNames(model) };
  const headed = model instanceof HeadedModel;
  const [ours, theirs] = headed ? ['backbone.', 'transformer.'] : ['', ''];
  const pairs = (stored: string, ...parameters: string[]): WeightEntry[] =>
    ['weight', 'bias'].map((kind) => ({
      stored: `${theirs}${stored}.${kind}`,
      parameters: parameters.map((parameter) => `${ours}decoder.${parameter}.${kind}`),
    }));
  const tied = headed && model.head.weight === backbone.tokenEmbedding.weight;
  const blocks = Array.from({ length: backbone.config.numLayers }, (_, layer) => {
    const [block, h] = [`blocks.${layer}`, `h.${layer}`];
    return [
      ...pairs(`${h}.ln_1`, `${block}.attentionNorm`),
      ...pairs(`${h}.attn.c_attn`, `${block}.attention.query`, `${block}.attention.key`, `${block}.attention.value`),
      ...pairs(`${h}.attn.c_proj`, `${block}.attention.output`),
      ...pairs(`${h}.ln_2`, `${block}.feedForwardNorm`),
      ...pairs(`${h}.mlp.c_fc`, `${block}.feedForward.expand`),
      ...pairs(`${h}.mlp.c_proj`, `${block}.feedForward.contract`),
    ];
  });
  const map: WeightEntry[] = [
    { stored: `${theirs}${names.token}.weight`, parameters: [`${ours}tokenEmbedding.weight`] },
    { stored: `${theirs}${names.position}.weight`, parameters: [`${ours}positionEmbedding.embedding.weight`] },
    ...blocks.flat(),
    ...(names.finalNorm === undefined ? [] : pairs(names.finalNorm, 'finalNorm')),
    ...(headed && !tied ? [{ stored: 'lm_head.weight', parameters: ['head.weight'] }] : []),
  ];
  // Causal masks saved as buffers, and copies of the tied output layer, are no weights.
  return {
    map,
    prefixes: ['transformer.'],
    ignore: /^(h\.\d+\.attn\.(bias|masked_bias)|lm_head\.weight|position_ids)$/,
  };
}

/** Options as they come from a file: whatever type they have, createGpt will say. */
type LooseGptOptions = { readonly [Name in keyof GptOptions]: GptOptions[Name] | undefined };

function sizes(json: ModelConfigJson) {
  return {
    vocabSize: json.vocab_size as number,
    maxPositions: (json.n_positions ?? json.n_ctx) as number | undefined,
    dModel: json.n_embd as number | undefined,
    numLayers: json.n_layer as number | undefined,
    numHeads: json.n_head as number | undefined,
    normEpsilon: json.layer_norm_epsilon as number | undefined,
    dropout: json.resid_pdrop as number | undefined,
    tieEmbeddings: json.tie_word_embeddings as boolean | undefined,
  };
}

function describeSizes(config: GptConfig) {
  const { vocabSize, maxPositions, dModel, numLayers, numHeads, normEpsilon, dropout, tieEmbeddings } = config;
  return {
    vocab_size: vocabSize,
    n_positions: maxPositions,
    n_ctx: maxPositions,
    n_embd: dModel,
    n_layer: numLayers,
    n_head: numHeads,
    layer_norm_epsilon: normEpsilon,
    embd_pdrop: dropout,
    attn_pdrop: dropout,
    resid_pdrop: dropout,
    tie_word_embeddings: tieEmbeddings,
  };
}

/** Settings that change what GPT-2 computes, and leave its weights the same: ignoring one would give wrong results. */
function refuseVariants(json: ModelConfigJson): void {
  const plain = { scale_attn_weights: true, scale_attn_by_inverse_layer_idx: false, add_cross_attention: false };
  for (const [name, value] of Object.entries(plain)) {
    if (json[name] === undefined || json[name] === value) continue;
    throw new CheckpointError(
      `config.json: ${name} is ${JSON.stringify(json[name])}, a variant of GPT-2 that is not built here.\n` +
        `Only models with ${name} ${value} can be loaded.`,
      { value: json[name] },
    );
  }
}

/** Our name of an activation; unknown ones are left for createGpt to refuse. */
function activation(name: unknown, renamed: Record<string, GptConfig['activation']>): GptConfig['activation'] {
  // Own names only: 'constructor' is no activation.
  const known = typeof name === 'string' && Object.hasOwn(renamed, name);
  return known ? renamed[name]! : (name as GptConfig['activation']);
}

/** Whether Hugging Face's configuration has words for all of it. */
function isPlain({ positions, shiftTaps, bigramEmbedding }: GptConfig): boolean {
  return positions === 'learned' && shiftTaps === 0 && !bigramEmbedding;
}
