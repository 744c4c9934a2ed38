import { add, cast, matMul, mul, reshape, sub, sum, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors/index.js';
import { dropoutMask } from './dropout.js';
import { dispatchAll } from './kernel.js';
import { composedSoftmax, MASKED, softmax } from './softmax.js';
import { withGradient } from './withGradient.js';

/** What `attention` takes besides queries, keys and values. */
export interface AttentionOptions {
  /** Whether query i sees only keys up to its own place: key j <= i + (keys - queries). */
  readonly causal?: boolean;
  /** [batch, keys], 1 = attend, 0 = padding. */
  readonly mask?: Tensor | undefined;
  /** Added to the scaled scores: broadcasts to [batch, heads, queries, keys], as relative positions do. */
  readonly bias?: Tensor | undefined;
  /** Factor of the scores; 1 / sqrt(head size) by default. */
  readonly scale?: number;
  /** Dropout of the attention weights; none by default. */
  readonly dropout?:
    | {
        /** Probability 0..1 (1 excluded) that a weight becomes 0. */
        readonly rate: number;
        /** 32-bit integer; draw a fresh one for every call. */
        readonly seed: number;
      }
    | undefined;
}

/**
 * Scaled dot-product attention: softmax(scale · query · keyᵀ + bias) · value. A query that may see no key gives zeros.
 *
 * @param query [batch, heads, queries, headSize]
 * @param key [batch, heads, keys, headSize]
 * @param value [batch, heads, keys, valueSize]
 * @returns [batch, heads, queries, valueSize]
 * @throws ShapeError if query and key differ in head size, key and value in length, any of them in batch or heads, or
 *   the mask is not [batch, keys]
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2.1
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const { mask, bias } = options;
  checkAttentionShapes(query, key, value, mask);
  const causal = hidesKeys(query, options);
  const dropout = options.dropout?.rate ? options.dropout : undefined;
  const scale = options.scale ?? defaultScale(query);
  const attributes = { causal, scale, dropoutRate: dropout?.rate ?? 0, dropoutSeed: dropout?.seed ?? 0 };
  // Kept for the backward direction: the weights of a composition, or what a kernel needs to make them again.
  let kept: Tensor;
  return withGradient([query, key, value, bias], {
    forward: () => {
      const [context, forBackward] = dispatchAll(
        'SesameAttention',
        { query, key, value, mask, bias },
        attributes,
        () => {
          const weights = composedSoftmax(
            scores(query, key, scale, bias, causal, mask),
            weightMask(query, key, causal, mask),
          );
          return [matMul(dropWeights(weights, dropout), value), weights];
        },
      );
      kept = forBackward!;
      return context!;
    },
    save: (context) => [query, key, value, context, kept, ...(mask ? [mask] : []), ...(bias ? [bias] : [])],
    backward: (dy, saved) => {
      const [query, key, value, context, kept, ...rest] = saved as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        ...Tensor[],
      ];
      const inputs = { dy, query, key, value, context, kept, mask: mask && rest[0], bias: bias && rest.at(-1) };
      return dispatchAll('SesameAttentionGrad', inputs, attributes, () => {
        const factors = dropout && dropoutMask(kept.shape, dropout.rate, dropout.seed);
        const dropped = factors ? mul(kept, factors) : kept;
        const dDropped = matMul(dy, value, false, true);
        const dWeights = factors ? mul(dDropped, factors) : dDropped;
        // The row sums of dWeights · weights equal those of dy · context, which are shorter.
        const dScores = mul(kept, sub(dWeights, sum(mul(dy, context), -1, true)));
        return [
          mul(matMul(dScores, key), scale),
          mul(matMul(dScores, query, true, false), scale),
          matMul(dropped, dy, true, false),
          ...(bias ? [sumToShape(dScores, bias.shape)] : []),
        ];
      });
    },
  });
}

/**
 * The weights of `attention`, as a tensor of their own for people who want to look at them.
 *
 * @param query [batch, heads, queries, headSize]
 * @param key [batch, heads, keys, headSize]
 * @returns [batch, heads, queries, keys], probabilities 0..1, each row sums to 1, or to 0 where no key may be seen
 */
export function attentionWeights(query: Tensor, key: Tensor, options: Omit<AttentionOptions, 'dropout'> = {}): Tensor {
  const { mask, bias } = options;
  checkAttentionShapes(query, key, undefined, mask);
  const causal = hidesKeys(query, options);
  const scale = options.scale ?? defaultScale(query);
  return tidy(() => softmax(scores(query, key, scale, bias, causal, mask), weightMask(query, key, causal, mask)));
}

/** A single query stands at the last key and sees them all. */
function hidesKeys(query: Tensor, { causal = false }: AttentionOptions): boolean {
  return causal && query.shape[2]! > 1;
}

/** 1 / sqrt(head size) */
export function defaultScale(query: Tensor): number {
  return 1 / Math.sqrt(query.shape[query.rank - 1]!);
}

function scores(query: Tensor, key: Tensor, scale: number, bias: Tensor | undefined, causal: boolean, mask?: Tensor) {
  const scaled = matMul(mul(query, scale), key, false, true); // [batch, heads, queries, keys]
  const biased = bias === undefined ? scaled : add(scaled, bias);
  // Where every causal row keeps a key, adding MASKED is all the masking that it needs.
  return causal && mask === undefined && !leavesRowsEmpty(query, key)
    ? add(biased, mul(sub(1, causalMask(query, key)), MASKED))
    : biased;
}

/** The mask that the softmax itself has to honour: [batch, 1, queries or 1, keys], or undefined. */
function weightMask(query: Tensor, key: Tensor, causal: boolean, mask: Tensor | undefined): Tensor | undefined {
  if (mask === undefined) {
    return causal && leavesRowsEmpty(query, key)
      ? reshape(causalMask(query, key), [1, 1, query.shape[2]!, key.shape[2]!])
      : undefined;
  }
  const padding = paddingMask(mask);
  return causal ? mul(padding, causalMask(query, key)) : padding;
}

/** Whether causality leaves the first queries without a key: there are more queries than keys. */
function leavesRowsEmpty(query: Tensor, key: Tensor): boolean {
  return query.shape[2]! > key.shape[2]!;
}

/** [batch, keys] as [batch, 1, 1, keys], which broadcasts to scores. */
export function paddingMask(mask: Tensor): Tensor {
  return reshape(cast(mask, 'float32'), [mask.shape[0]!, 1, 1, mask.shape[1]!]);
}

/**
 * [queries, keys], 1 where key j <= i + (keys - queries), else 0. Filled on the host: comparing tensors is slow on wasm.
 */
function causalMask(query: Tensor, key: Tensor): Tensor {
  const [queries, keys] = [query.shape[2]!, key.shape[2]!];
  const mask = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) mask.fill(1, i * keys, i * keys + Math.max(0, i + 1 + keys - queries));
  return tensor2d(mask, [queries, keys]);
}

function dropWeights(weights: Tensor, dropout: AttentionOptions['dropout']): Tensor {
  return dropout === undefined ? weights : mul(weights, dropoutMask(weights.shape, dropout.rate, dropout.seed));
}

/** Sums a gradient over the axes along which its input was broadcast. */
function sumToShape(gradient: Tensor, shape: readonly number[]): Tensor {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.map((_, axis) => axis).filter((axis) => axis < lead || shape[axis - lead] === 1);
  return reshape(sum(gradient, axes), [...shape]);
}

function checkAttentionShapes(query: Tensor, key: Tensor, value?: Tensor, mask?: Tensor): void {
  const problem = shapeProblem(query, key, value, mask);
  if (problem === undefined) return;
  const shown = (name: string, tensor: Tensor) => `${name} [${tensor.shape.join(', ')}]`;
  const shapes = [shown('query', query), shown('key', key), ...(value ? [shown('value', value)] : [])].join(', ');
  throw new ShapeError(`attention: ${shapes}: ${problem}.`, { value: [query.shape, key.shape, value?.shape] });
}

/** What is wrong with the shapes, or undefined. */
function shapeProblem(query: Tensor, key: Tensor, value = key, mask?: Tensor): string | undefined {
  if (query.rank !== 4 || key.rank !== 4) return 'query and key must be [batch, heads, time, headSize]';
  if (query.shape[3] !== key.shape[3]) return 'query and key must have the same head size, the last axis';
  if ([key, value].some(({ shape }) => shape[0] !== query.shape[0] || shape[1] !== query.shape[1])) {
    return 'query, key and value must have the same batch and heads, the first two axes';
  }
  if (value.shape[2] !== key.shape[2]) return 'key and value must have the same length, the third axis';
  if (mask !== undefined && mask.shape.join() !== `${key.shape[0]},${key.shape[2]}`) {
    return `the mask must be [batch, keys], here [${key.shape[0]}, ${key.shape[2]}], and is [${mask.shape.join(', ')}]`;
  }
  return undefined;
}
