import { cast, fill, mul, slice, sum, Tensor, where } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError } from '../errors/index.js';
import {
  type BackboneOutput,
  checkIdTable,
  type IdTable,
  type Initializer,
  type LanguageModelOptions,
  type Loss,
  Parameter,
  type TokenBatch,
  toIdTensor,
} from '../nn/index.js';
import { normal } from '../nn/initializers.js';
import { countedLabels, crossEntropy, IGNORE_INDEX, linear } from '../ops/index.js';
import { Head } from './head.js';

/** What a language model learns from. */
export interface LanguageModelTargets {
  /**
   * [batch, time], -100 = not counted: by default the tokens themselves. They stand where the tokens stand; the shift
   * by one is made here, once.
   */
  readonly labels?: IdTable | undefined;
}

/** What `languageModeling` takes. */
export interface LanguageModelingConfig {
  /** How many tokens there are. */
  readonly vocabSize: number;
  /** Size of the hidden states. */
  readonly dModel: number;
  /** The token embedding's weight [vocabSize, dModel], if it is the output layer too. */
  readonly tiedWeight?: Parameter | undefined;
  /** How an output layer of its own starts; normal with standard deviation 0.02 by default. */
  readonly initializer?: Initializer | undefined;
}

/** Next-token prediction: [batch, time, dModel] -> [batch, time, vocabSize]. */
export class LanguageModelingHead extends Head<LanguageModelTargets> {
  /** [vocabSize, dModel], an embedding of the output; no bias. */
  readonly weight: Parameter;
  /** How many tokens there are: the size of the last axis of the logits. */
  readonly vocabSize: number;

  /**
   * @param config sizes, and the tied weight or how one of its own starts
   * @throws ConfigError if the tied weight is not [vocabSize, dModel]
   */
  constructor({ vocabSize, dModel, tiedWeight, initializer = normal(0.02) }: LanguageModelingConfig) {
    super();
    if (tiedWeight !== undefined && tiedWeight.shape.join() !== [vocabSize, dModel].join()) {
      throw new ConfigError(
        `languageModeling: tiedWeight is [${tiedWeight.shape.join(', ')}], and must be [vocabSize, dModel], here ` +
          `[${vocabSize}, ${dModel}].`,
        { value: tiedWeight.shape },
      );
    }
    this.weight = tiedWeight ?? new Parameter([vocabSize, dModel], initializer, { role: 'embedding' });
    this.vocabSize = vocabSize;
  }

  protected override forward({ hiddenStates }: BackboneOutput, options: LanguageModelOptions): Tensor {
    const [batch, time, dModel] = hiddenStates.shape as [number, number, number];
    const last = options.outputLogits === 'last';
    const asked = last ? slice(hiddenStates, [0, time - 1, 0], [batch, 1, dModel]) : hiddenStates;
    return linear(asked, this.weight.operand, undefined, { transposeWeight: true });
  }

  /** All tokens but the last, which predicts nothing: rows of maxPositions + 1 tokens train a model whole. */
  override inputs(batch: TokenBatch & LanguageModelTargets): TokenBatch {
    const shape = checkIdTable(batch.tokenIds, { name: 'languageModeling: tokenIds' });
    const time = shape[1];
    if (time === 1) {
      throw new ShapeError(
        'languageModeling: rows of one token have no next token to learn from.\nGive it rows of two tokens or more.',
        { value: time },
      );
    }
    const cut = (name: 'attentionMask' | 'typeIds' | 'positionIds') => {
      const table = batch[name];
      if (table !== undefined) checkIdTable(table, { name: `languageModeling: ${name}`, shape });
      return table && withoutLast(table);
    };
    return {
      tokenIds: withoutLast(batch.tokenIds),
      attentionMask: cut('attentionMask'),
      typeIds: cut('typeIds'),
      positionIds: cut('positionIds'),
    };
  }

  override loss(logits: Tensor, batch: TokenBatch & LanguageModelTargets): Loss {
    const targets = this.#targets(batch);
    return { total: crossEntropy(logits, targets, { reduction: 'sum' }), count: sum(countedLabels(targets)) };
  }

  /** The token after each place, [batch, time - 1]; padding is not counted. */
  #targets(batch: TokenBatch & LanguageModelTargets): Tensor {
    const name = batch.labels === undefined ? 'languageModeling: tokenIds' : 'languageModeling: labels';
    const range = { below: this.vocabSize, besides: IGNORE_INDEX };
    const labels = toIdTensor(batch.labels ?? batch.tokenIds, { name, ...range });
    const [rows, time] = labels.shape as [number, number];
    const next = slice(labels, [0, 1], [rows, time - 1]);
    if (batch.labels !== undefined || batch.attentionMask === undefined) return next;
    const mask = toIdTensor(batch.attentionMask, { name: 'languageModeling: attentionMask', shape: labels.shape });
    // Both the place and the next one hold tokens: what padding on the left predicts depends on the padding.
    const isToken = mul(slice(mask, [0, 0], [rows, time - 1]), slice(mask, [0, 1], [rows, time - 1]));
    return where(cast(isToken, 'bool'), next, fill([rows, time - 1], IGNORE_INDEX, 'int32'));
  }
}

/** A head that predicts the next token. */
export function languageModeling(config: LanguageModelingConfig): LanguageModelingHead {
  return new LanguageModelingHead(config);
}

function withoutLast(table: IdTable): IdTable {
  if (!(table instanceof Tensor)) return table.map((row) => row.slice(0, -1));
  const [rows, time] = table.shape as [number, number];
  return slice(table, [0, 0], [rows, time - 1]);
}
