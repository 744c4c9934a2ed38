import { gather, keep, pad, reshape, slice, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { EncodedMatrix, type EncodedMatrixOptions } from './encodedMatrix.js';
import { dispatch } from './kernel.js';

/** Outputs of a panel. */
const PANEL = 16;

/**
 * A matrix of floats in the order in which products read it: panels [ceil(outputs / 16), inputs, 16], zeros where there is
 * no output. Nothing is lost, and a product need not put the matrix into that order each time.
 */
export class PackedMatrix extends EncodedMatrix {
  override readonly encoding = 'packed';
  override readonly linearKernel = 'SesamePackedLinear';
  /** [ceil(outputs / 16), inputs, 16] */
  readonly panels: Tensor;

  /** @param options with the panels, which it owns from now on */
  constructor({ panels, ...options }: EncodedMatrixOptions & { readonly panels: Tensor }) {
    super(options);
    this.panels = keep(panels);
  }

  override get tensors(): Readonly<Record<string, Tensor>> {
    const { panels } = this;
    return { panels };
  }

  override lookUp(ids: Tensor): Tensor {
    const { panels, outputs } = this;
    return dispatch('SesamePackedLookup', { panels, ids }, { outputs }, () =>
      tidy(() => gather(this.outputAxis === 0 ? this.decode() : transpose(this.decode()), ids)),
    );
  }

  override decode(): Tensor {
    const { panels, shape, outputAxis } = this;
    const [first, second] = shape;
    return dispatch('SesameUnpack', { panels }, { first, second, outputAxis }, () =>
      tidy(() => {
        const outputsFirst = outputAxis === 0;
        const padded = panels.shape[0]! * PANEL;
        const inOrder = transpose(panels, outputsFirst ? [0, 2, 1] : [1, 0, 2]);
        const matrix = reshape(inOrder, outputsFirst ? [padded, this.inputs] : [this.inputs, padded]);
        return slice(matrix, [0, 0], [...shape]);
      }),
    );
  }
}

/**
 * Packs a matrix.
 *
 * @param matrix [in, out], or with `outputAxis` 0 [rows, size]; borrowed
 */
export function packMatrix(matrix: Tensor, outputAxis: 0 | 1): PackedMatrix {
  const shape = matrix.shape as [number, number];
  const panels = dispatch('SesamePack', { matrix }, { outputAxis }, () =>
    tidy(() => {
      const [outputs, inputs] = [shape[outputAxis], shape[1 - outputAxis]!];
      const numPanels = Math.ceil(outputs / PANEL);
      const padding = [0, numPanels * PANEL - outputs] as [number, number];
      const padded = pad(matrix, outputAxis === 0 ? [padding, [0, 0]] : [[0, 0], padding]);
      return outputAxis === 0
        ? transpose(reshape(padded, [numPanels, PANEL, inputs]), [0, 2, 1])
        : transpose(reshape(padded, [inputs, numPanels, PANEL]), [1, 0, 2]);
    }),
  );
  return new PackedMatrix({ shape, outputAxis, panels });
}
