// A BERT-shaped encoder put together from the library's layers, in Hugging Face's file layout.
import { add, range, reshape, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { type Architecture, ownNames } from 'sesame-nlp/checkpoints';
import { Embedding, LayerNorm, LearnedPositions, TransformerEncoder } from 'sesame-nlp/layers';
import { initialize, Module } from 'sesame-nlp/nn';
import { gelu } from 'sesame-nlp/ops';

/** Sizes of the encoder. */
export interface BertShape {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly dModel: number;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly normEpsilon: number;
}

/** The sizes of BERT-base: 109 million parameters. */
export const bertBase: BertShape = {
  vocabSize: 30522,
  maxPositions: 512,
  dModel: 768,
  numLayers: 12,
  numHeads: 12,
  normEpsilon: 1e-12,
};

/** Token types that there are embeddings for. */
const NUM_TYPES = 2;

/** BERT without a pooler. tokenIds [batch, time], int32 -> [batch, time, dModel] */
export class BertEncoder extends Module {
  readonly shape: BertShape;
  readonly tokenEmbedding: Embedding;
  readonly positionEmbedding: LearnedPositions;
  readonly typeEmbedding: Embedding;
  readonly norm: LayerNorm;
  readonly encoder: TransformerEncoder;

  constructor(shape: BertShape) {
    super();
    const { vocabSize, maxPositions, dModel, numLayers, numHeads, normEpsilon: epsilon } = shape;
    this.shape = shape;
    this.tokenEmbedding = new Embedding(vocabSize, dModel);
    this.positionEmbedding = new LearnedPositions(maxPositions, dModel);
    this.typeEmbedding = new Embedding(NUM_TYPES, dModel);
    this.norm = new LayerNorm(dModel, { epsilon });
    this.encoder = new TransformerEncoder({
      dModel,
      numLayers,
      numHeads,
      normPlacement: 'post',
      norm: () => new LayerNorm(dModel, { epsilon }),
      activation: gelu,
    });
  }

  protected override forward(tokenIds: Tensor): Tensor {
    const places = reshape(range(0, tokenIds.shape[1]!, 1, 'int32'), [1, tokenIds.shape[1]!]);
    const summed = add(
      add(this.tokenEmbedding.call(tokenIds), this.positionEmbedding.call(places)),
      this.typeEmbedding.call(zerosLike(tokenIds)),
    );
    return this.encoder.call(this.norm.call(summed)).hiddenStates;
  }
}

/** How the encoder lies in a folder: config.json as Hugging Face has it, weights under our own names. */
export const bertEncoder: Architecture<BertEncoder> = {
  modelType: 'bert',
  name: 'BertModel',
  build: (json) => {
    const size = (name: string) => json[name] as number;
    const model = new BertEncoder({
      vocabSize: size('vocab_size'),
      maxPositions: size('max_position_embeddings'),
      dModel: size('hidden_size'),
      numLayers: size('num_hidden_layers'),
      numHeads: size('num_attention_heads'),
      normEpsilon: size('layer_norm_eps'),
    });
    initialize(model, { seed: 0 });
    return model;
  },
  describe: (model) =>
    model instanceof BertEncoder
      ? {
          vocab_size: model.shape.vocabSize,
          max_position_embeddings: model.shape.maxPositions,
          hidden_size: model.shape.dModel,
          num_hidden_layers: model.shape.numLayers,
          num_attention_heads: model.shape.numHeads,
          intermediate_size: 4 * model.shape.dModel,
          layer_norm_eps: model.shape.normEpsilon,
          hidden_act: 'gelu',
          type_vocab_size: NUM_TYPES,
        }
      : undefined,
  weights: (model) => ({ map: ownNames(model) }),
};
