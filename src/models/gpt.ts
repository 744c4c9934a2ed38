// GPT: token and position embeddings, a stack of causal Transformer blocks, and a head that predicts the next token.
import { add, argMax, cast, maximum, range, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import {
  type HeadedModel,
  type LanguageModelingHead,
  type LanguageModelTargets,
  languageModeling,
  withHead,
} from '../heads/index.js';
import {
  AlibiPositions,
  BigramEmbedding,
  Dropout,
  Embedding,
  LayerNorm,
  LearnedPositions,
  RotaryPositions,
  SinusoidalPositions,
  TransformerDecoder,
} from '../layers/index.js';
import {
  type BackboneOptions,
  type BackboneOutput,
  initialize,
  Module,
  RandomStream,
  type TokenBatch,
  toIdTensor,
} from '../nn/index.js';
import { fanInNormal, normal, zeros } from '../nn/initializers.js';
import { gelu, geluTanh, relu, silu } from '../ops/index.js';
import { type GptConfig, type GptOptions, gptConfig } from './gptConfig.js';

/** A GPT with its language-modelling head: it trains, predicts and writes. */
export type Gpt = HeadedModel<GptBackbone, LanguageModelingHead, LanguageModelTargets>;

const ACTIVATIONS = { gelu_new: geluTanh, gelu, relu, silu };

/**
 * Builds a GPT with random weights.
 *
 * @throws ConfigError if an option is misspelt or cannot work
 * @see Radford et al. 2019, https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
 * @see Radford et al. 2018, https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf (GPT-1: `norm: 'post'`)
 */
export function createGpt(options: GptOptions): Gpt {
  const backbone = new GptBackbone(gptConfig(options));
  const { vocabSize, dModel, tieEmbeddings, initialization } = backbone.config;
  const head = languageModeling({
    vocabSize,
    dModel,
    tiedWeight: tieEmbeddings ? backbone.tokenEmbedding.weight : undefined,
    initializer: initialization === 'zeroOutput' ? zeros : undefined,
  });
  const model = withHead(backbone, head);
  initialize(model, { seed: options.seed ?? 0 });
  return model;
}

/** GPT without a head. tokenIds [batch, time] -> hiddenStates [batch, time, dModel] */
export class GptBackbone extends Module<TokenBatch, BackboneOutput, BackboneOptions> {
  /** What it was built from, every default filled in. */
  readonly config: GptConfig;
  /** A vector for each token, [vocabSize, dModel]; with `tieEmbeddings` its weight is the output layer too. */
  readonly tokenEmbedding: Embedding;
  /** A vector for each pair of neighbouring tokens; undefined unless the configuration asks for it. */
  readonly bigramEmbedding: BigramEmbedding | undefined;
  /** A vector for each place; undefined with rotary and ALiBi positions, which act inside attention. */
  readonly positionEmbedding: LearnedPositions | SinusoidalPositions | undefined;
  /** Dropout of the sum of the embeddings. */
  readonly dropout: Dropout;
  /** The causal blocks, and with `pre` norms one more norm at the end. */
  readonly decoder: TransformerDecoder;

  constructor(config: GptConfig) {
    super();
    const { vocabSize, maxPositions, dModel, numLayers, numHeads, dropout } = config;
    const start = startingWeights(config);
    this.config = config;
    this.tokenEmbedding = new Embedding(vocabSize, dModel, { initializer: start.token });
    this.bigramEmbedding = config.bigramEmbedding
      ? new BigramEmbedding(vocabSize, dModel, { initializer: start.bigram })
      : undefined;
    this.positionEmbedding =
      config.positions === 'learned'
        ? new LearnedPositions(maxPositions, dModel, { initializer: start.position })
        : config.positions === 'sinusoidal'
          ? new SinusoidalPositions(maxPositions, dModel)
          : undefined;
    this.dropout = new Dropout(dropout);
    this.decoder = new TransformerDecoder({
      dModel,
      numLayers,
      numHeads,
      dFeedForward: config.dFeedForward,
      activation: ACTIVATIONS[config.activation],
      normPlacement: config.norm,
      norm: () => new LayerNorm(dModel, { epsilon: config.normEpsilon }),
      dropout,
      positions: attentionPositions(config),
      shiftTaps: config.shiftTaps === 0 ? undefined : config.shiftTaps,
      initializer: start.matrix,
      outputInitializer: start.residual,
    });
  }

  protected override forward(batch: TokenBatch, options: BackboneOptions): BackboneOutput {
    const { cache, outputHiddenStates, outputAttentions } = options;
    const { tokenIds, typeIds, positionIds, mask } = this.#inputs(batch, options);
    const time = tokenIds.shape[1]!;
    const run = { training: options.training, random: stream(options), cache, attentionMask: mask };

    let embedded = this.tokenEmbedding.call(tokenIds); // [batch, time, dModel]
    if (this.bigramEmbedding) embedded = add(embedded, this.bigramEmbedding.call(tokenIds, run));
    if (this.positionEmbedding) {
      const places = positionIds ?? consecutivePlaces(mask, cache?.length ?? 0, time);
      embedded = add(embedded, this.positionEmbedding.call(places));
    }
    if (typeIds) embedded = add(embedded, this.tokenEmbedding.call(typeIds)); // types are tokens, as in GPT-1 and GPT-2
    const output = this.decoder.call(this.dropout.call(embedded, run), {
      ...run,
      positionIds,
      outputHiddenStates,
      outputAttentions,
    });

    cache?.advance(time, mask);
    return { ...output, ...(cache && { cache }) };
  }

  /** The batch as tensors, checked, with a mask that reaches back into the cache. */
  #inputs(batch: TokenBatch, { cache }: BackboneOptions) {
    const { vocabSize, maxPositions } = this.config;
    const advice = `The vocabulary has ${vocabSize} tokens. Was the text encoded by another tokenizer?`;
    const tokenIds = toIdTensor(batch.tokenIds, { name: 'Gpt: tokenIds', below: vocabSize, advice });
    const [rows, time] = tokenIds.shape as [number, number];
    const past = cache?.length ?? 0;
    if (past + time > maxPositions) {
      throw new ShapeError(
        `Gpt: ${past + time} tokens are more than maxPositions ${maxPositions}.\n` +
          'Give it a shorter text, or build a model with more positions.',
        { value: past + time },
      );
    }
    const table = (name: 'attentionMask' | 'typeIds' | 'positionIds', below: number) =>
      batch[name] && toIdTensor(batch[name], { name: `Gpt: ${name}`, below, shape: tokenIds.shape });
    const present = table('attentionMask', 2);
    return {
      tokenIds,
      typeIds: table('typeIds', vocabSize),
      positionIds: table('positionIds', maxPositions),
      mask: cache === undefined ? present : cache.fullMask(present, rows, time),
    };
  }
}

/**
 * Places that count on from the first token that is not padding.
 *
 * @param mask [batch, past + time] or undefined where nothing is padded
 * @returns [batch or 1, time], int32
 */
function consecutivePlaces(mask: Tensor | undefined, past: number, time: number): Tensor {
  const places = reshape(range(past, past + time, 1, 'int32'), [1, time]);
  if (mask === undefined) return places;
  const paddedLeft = reshape(argMax(cast(mask, 'int32'), 1), [mask.shape[0]!, 1]); // the first 1 of each row
  return cast(maximum(sub(places, paddedLeft), 0), 'int32');
}

function stream({ random, seed }: BackboneOptions): RandomStream | undefined {
  return random ?? (seed === undefined ? undefined : new RandomStream(seed));
}

function attentionPositions({ positions, dModel, numHeads, maxPositions, rotaryBase }: GptConfig) {
  if (positions === 'alibi') return new AlibiPositions(numHeads);
  if (positions !== 'rotary') return undefined;
  return new RotaryPositions({ headSize: dModel / numHeads, maxPositions, base: rotaryBase });
}

/** How each kind of weight starts. */
function startingWeights({ initialization, numLayers }: GptConfig) {
  return initialization === 'gpt2'
    ? {
        token: normal(0.02),
        position: normal(0.01),
        bigram: normal(0.02),
        matrix: normal(0.02),
        residual: normal(0.02 / Math.sqrt(2 * numLayers)),
      }
    : {
        token: normal(0.5),
        position: normal(0.1),
        bigram: normal(0.1),
        matrix: fanInNormal(0.6),
        residual: zeros,
      };
}
