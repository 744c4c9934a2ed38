// Writes one model with random weights in all the forms that contenders read: Hugging Face's folder as `savePretrained`
// has it, and the same weights as ONNX where transformers.js looks for it. A process of its own, for its memory's sake.
//
//   tsx benchmarks/models/writeModel.ts '{"kind":"gpt", ...}'
import { closeSync, mkdirSync, openSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { selectBackend } from 'sesame-nlp/backends';
import { savePretrained } from 'sesame-nlp/checkpoints';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import { createGpt, type GptOptions } from 'sesame-nlp/models';
import { type AnyModule, namedParameters } from 'sesame-nlp/nn';
import { bertGraph } from '../onnx/bertGraph.js';
import { gptGraph } from '../onnx/gptGraph.js';
import type { Pieces } from '../onnx/protobuf.js';
import type { Precision, Weights } from '../onnx/transformerGraph.js';
import { BertEncoder, type BertShape, bertEncoder } from './bertShape.js';
import { fillWeights } from './fillWeights.js';
import { onnxFiles } from './onnxFiles.js';

/** What the process is told. */
export type ModelOrder = {
  /** The folder to write. */
  readonly folder: string;
  /** The ONNX files to write. */
  readonly onnx: readonly Precision[];
} & (
  | {
      readonly kind: 'gpt';
      readonly options: GptOptions;
      /** Of what `savePretrained` writes; float32 by default. */
      readonly precision?: Precision;
    }
  | { readonly kind: 'bert'; readonly shape: BertShape }
);

const SEED = 20251;

const order = JSON.parse(process.argv[2]!) as ModelOrder;
await selectBackend('cpu');
const folder = directoryFolder(order.folder);
if (order.kind === 'gpt') {
  const model = createGpt(order.options);
  await fillWeights(model, SEED, order.precision);
  await savePretrained(folder, { model });
  await writeOnnx(model, (weights, precision) => gptGraph(model.backbone.config, weights, precision));
} else {
  const model = new BertEncoder(order.shape);
  await fillWeights(model, SEED);
  await savePretrained(folder, { model, architectures: [bertEncoder] });
  await writeOnnx(model, (weights, precision) => bertGraph(order.shape, weights, precision));
}

async function writeOnnx(model: AnyModule, graphOf: (weights: Weights, precision: Precision) => Pieces): Promise<void> {
  if (order.onnx.length === 0) return;
  const weights = new Map(
    await Promise.all(
      [...namedParameters(model)].map(
        async ([path, parameter]) => [path, { values: await parameter.read(), shape: parameter.shape }] as const,
      ),
    ),
  );
  mkdirSync(join(order.folder, 'onnx'), { recursive: true });
  for (const precision of order.onnx) {
    const file = openSync(join(order.folder, 'onnx', onnxFiles[precision]), 'w');
    // Piece by piece: one call writes 2 GB at most.
    for (const piece of graphOf(weights, precision)) writevSync(file, [piece]);
    closeSync(file);
  }
}
