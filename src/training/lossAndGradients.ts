import { engine, keep, type Scalar, type Tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import type { ForwardOptions, Parameter, TrainableModel } from '../nn/index.js';

/** One micro-batch, forward and backward. All tensors belong to the caller. */
export interface LossAndGradients {
  /** Scalar: the sum of the losses, in nats. */
  readonly total: Tensor;
  /** Scalar: how many losses were summed. */
  readonly count: Tensor;
  /** The gradients of `total` by parameter path; a parameter that the loss does not depend on has none. */
  readonly gradients: Map<string, Tensor>;
}

/**
 * The loss of a batch and its gradients. Those of tfjs's ops must be registered: `sesame-nlp/gradients`.
 *
 * @param parameters by path: those that gradients are wanted of
 */
export function lossAndGradients<Batch>(
  model: TrainableModel<Batch>,
  batch: Batch,
  options: ForwardOptions,
  parameters: ReadonlyMap<string, Parameter>,
): LossAndGradients {
  // Read before the tape starts: the first use of a parameter allocates it.
  const variables = new Map<string, Variable>([...parameters].map(([path, { variable }]) => [path, variable]));
  let count: Tensor | undefined;
  try {
    const { value, grads } = tidy(() =>
      variableGrads(() => {
        const loss = model.loss(batch, options);
        count = keep(loss.count.clone());
        return loss.total as Scalar;
      }, [...variables.values()]),
    );
    const gradients = new Map<string, Tensor>();
    for (const [path, { name }] of variables) if (grads[name] !== undefined) gradients.set(path, grads[name]);
    return { total: value, count: count!, gradients };
  } catch (error) {
    count?.dispose();
    releaseTape();
    throw error;
  }
}

/** Frees what ops saved for a backward direction that never came: tfjs does it only when all goes well. */
function releaseTape(): void {
  const { state } = engine();
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = [];
}
