import { type Architecture, type allArchitectures, loadPretrained, type ModelOf } from 'sesame-nlp/checkpoints';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import type { Precision } from '../onnx/transformerGraph.js';
import type { BackendSetup } from './ours.js';

/** What `loadModel` is told. */
export interface ModelSetup extends BackendSetup {
  readonly folder: string;
  readonly precision: Precision;
}

/**
 * Loads a model of ours for use without training: rounded to 8 bits as it is read, or its floats in the order in which
 * our kernels read them, which onnxruntime gives its own unasked.
 */
export async function loadModel<A extends Architecture = (typeof allArchitectures)[number]>(
  { folder, precision, kernels }: ModelSetup,
  architectures?: readonly A[],
): Promise<ModelOf<A>> {
  const quantize = precision === 'int8' ? precision : undefined;
  const { model } = await loadPretrained(directoryFolder(folder), { architectures, quantize });
  if (precision === 'float32' && kernels) await model.pack();
  return model;
}
