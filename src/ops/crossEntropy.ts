import {
  add,
  cast,
  div,
  expandDims,
  gatherND,
  logSumExp,
  maximum,
  mean,
  mul,
  notEqual,
  oneHot,
  onesLike,
  range,
  reshape,
  softmax,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { ConfigError, rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { checkInt32 } from './checkShape.js';
import { dispatchAll } from './kernel.js';
import { toMatrix } from './matrixProduct.js';
import { withGradient } from './withGradient.js';

/** The label that stands for "do not count this position", as in PyTorch and Hugging Face. */
export const IGNORE_INDEX = -100;

/** What `crossEntropy` takes besides logits and labels. */
export interface CrossEntropyOptions {
  /** Positions with this label count for nothing. */
  readonly ignoreIndex?: number;
  /** Share 0..1 of the target spread evenly over all classes. */
  readonly labelSmoothing?: number;
  /** 'mean' over the counted positions (0 if none is counted), their 'sum', or 'none': one loss a position. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/**
 * Cross-entropy between softmax(logits) and labels, in nats.
 *
 * @param logits [..., classes]
 * @param labels [...], int32: 0..classes-1 or ignoreIndex
 * @returns a scalar, or with reduction 'none' [...] with 0 where the label is ignored
 * @throws ShapeError if the labels are not int32, or their shape is not the logits' without the last axis
 * @throws ConfigError if labelSmoothing is outside 0..1, or an option is misspelt
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  rejectUnknownOptions('crossEntropy', options, ['ignoreIndex', 'labelSmoothing', 'reduction']);
  const { ignoreIndex = IGNORE_INDEX, labelSmoothing = 0, reduction = 'mean' } = options;
  const classes = logits.shape[logits.rank - 1]!;
  if (labels.shape.join() !== logits.shape.slice(0, -1).join()) {
    throw new ShapeError(
      `crossEntropy: logits [${logits.shape.join(', ')}] need labels [${logits.shape.slice(0, -1).join(', ')}], ` +
        `one a position, and these are [${labels.shape.join(', ')}].`,
      { value: labels.shape },
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ConfigError(`crossEntropy: labelSmoothing ${labelSmoothing} is not in 0..1.\nTry 0.1, or 0 for none.`, {
      value: labelSmoothing,
    });
  }
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    throw new ConfigError(`crossEntropy: reduction '${String(reduction)}' is none of 'mean', 'sum' and 'none'.`, {
      value: reduction,
    });
  }
  checkInt32('crossEntropy: labels', labels);
  return tidy(() => {
    const losses = crossEntropyLosses(logits, labels, classes, ignoreIndex, labelSmoothing);
    if (reduction === 'none') return reshape(losses, labels.shape);
    const total = sum(losses);
    if (reduction === 'sum') return total;
    return div(total, maximum(sum(countedLabels(labels, ignoreIndex)), 1));
  });
}

/**
 * Which labels count: 1, and which are ignored: 0.
 *
 * @param labels any shape, int32
 * @returns the same shape, float32
 */
export function countedLabels(labels: Tensor, ignoreIndex = IGNORE_INDEX): Tensor {
  return tidy(() => cast(notEqual(labels, ignoreIndex), 'float32'));
}

/** One loss a position, [positions]. */
function crossEntropyLosses(logits: Tensor, labels: Tensor, classes: number, ignoreIndex: number, smoothing: number) {
  let kept: Tensor; // what the backward direction needs instead of a second softmax: here the probabilities themselves
  const attributes = { ignoreIndex, labelSmoothing: smoothing };
  return withGradient([logits], {
    forward: () => {
      const [losses, forBackward] = dispatchAll('SesameCrossEntropy', { logits, labels }, attributes, () => {
        const x = toMatrix(logits); // [positions, classes]
        const { counted, classIds } = targets(labels, ignoreIndex);
        // Looked up, not multiplied by one-hot rows: a class may be ruled out by -Infinity, and 0 times that is NaN.
        const hit = gatherND(x, stack([range(0, classIds.size, 1, 'int32'), classIds], 1));
        // The smoothed target's expectation of the logits: (1 - s) x[label] + s mean(x).
        const expected = smoothing === 0 ? hit : add(mul(hit, 1 - smoothing), mul(mean(x, -1), smoothing));
        const losses = sub(logSumExp(x, -1), expected);
        return [where(cast(counted, 'bool'), losses, zerosLike(losses)), softmax(x)];
      });
      kept = forBackward!;
      return losses!;
    },
    save: () => [logits, labels, kept] as const,
    backward: (dy, [logits, labels, kept]) =>
      dispatchAll('SesameCrossEntropyGrad', { dy, logits, labels, kept }, attributes, () => {
        const { counted, classIds } = targets(labels, ignoreIndex);
        // As int32 first: asked for float32, the wasm backend fills in the bits of integers (tfjs 4.22).
        const target = classes === 1 ? onesLike(kept) : cast(oneHot(classIds, classes), 'float32');
        const smoothed = smoothing === 0 ? target : add(mul(target, 1 - smoothing), smoothing / classes);
        const dx = mul(sub(kept, smoothed), expandDims(mul(dy, counted), 1));
        return [reshape(dx, logits.shape)];
      }),
  });
}

/** The labels in one row, and which of them count. An ignored label stands as class 0 and counts 0. */
function targets(labels: Tensor, ignoreIndex: number) {
  const flat = reshape(labels, [labels.size]);
  const counted = countedLabels(flat, ignoreIndex);
  return { counted, classIds: cast(mul(flat, counted), 'int32') as Tensor1D };
}
