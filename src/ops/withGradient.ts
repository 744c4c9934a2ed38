import { customGrad, engine, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** An op in two directions. */
export interface DifferentiableOp<Saved extends readonly Tensor[]> {
  /** The value, from the op's inputs (which it closes over). */
  readonly forward: () => Tensor;
  /** What the backward direction needs: inputs, the value itself, or parts that `forward` left behind. */
  readonly save: (value: Tensor) => Saved;
  /** The gradient of each input, in the order of the inputs; never `dy` itself, which tfjs disposes. */
  readonly backward: (dy: Tensor, saved: Saved) => readonly (Tensor | undefined)[];
}

/**
 * Runs an op with a gradient of its own: its inner steps leave no trace on the tape, and `backward` runs instead.
 *
 * @param inputs every tensor that a gradient may flow to; an absent one is undefined, and its gradient is ignored
 */
export function withGradient<Saved extends readonly Tensor[]>(
  inputs: readonly (Tensor | undefined)[],
  op: DifferentiableOp<Saved>,
): Tensor {
  if (!engine().isTapeOn()) return tidy(op.forward); // nobody will ask for gradients
  const present = inputs.filter((input) => input !== undefined);
  const run = customGrad((...args) => {
    const save = args[args.length - 1] as (tensors: Tensor[]) => void;
    const value = op.forward();
    save([...op.save(value)]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      // tfjs hands back what was saved, in order; the cast restores the tuple's type.
      const gradients = op.backward(dy, saved as unknown as Saved);
      return inputs.flatMap((input, index) => (input === undefined ? [] : [gradients[index]!]));
    };
    return { value, gradFunc };
  });
  return run(...present);
}
