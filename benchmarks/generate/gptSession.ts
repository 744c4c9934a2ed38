// A GPT in onnxruntime: inputs of the graph, and the past that goes from step to step.
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { type LoadedModel, loadOnnx, type Runtime } from '../harness/onnxRuntime.js';
import { type ModelSizes, readSizes } from '../models/modelSizes.js';
import { onnxFiles } from '../models/onnxFiles.js';
import type { Precision } from '../onnx/transformerGraph.js';

/** What there is after a step. */
export interface SessionState {
  /** Of the next token, [vocabSize]. */
  readonly logits: Float32Array;
  /** Tokens that were read. */
  readonly length: number;
  /** Keys and values, named as the next step takes them. */
  readonly past: Readonly<Record<string, Tensor>>;
}

/** The model of a folder, ready to read. */
export class GptSession {
  readonly sizes: ModelSizes;
  readonly #model: LoadedModel;

  private constructor(sizes: ModelSizes, model: LoadedModel) {
    this.sizes = sizes;
    this.#model = model;
  }

  /** Loads a model. */
  static async load(runtime: Runtime, folder: string, precision: Precision, threads: number): Promise<GptSession> {
    const file = join(folder, 'onnx', onnxFiles[precision]);
    return new GptSession(readSizes(folder), await loadOnnx(runtime, file, threads));
  }

  /** Reads tokens, after those of an earlier step. */
  async read(ids: readonly number[], before: SessionState = this.#start()): Promise<SessionState> {
    const length = before.length + ids.length;
    const outputs = await this.#model.run({
      ...before.past,
      input_ids: this.#model.integers(ids, [1, ids.length]),
      attention_mask: this.#model.integers(new Int32Array(length).fill(1), [1, length]),
      position_ids: this.#model.integers(
        Array.from(ids, (_, index) => before.length + index),
        [1, ids.length],
      ),
    });
    const past = Object.entries(outputs).flatMap(([name, tensor]) =>
      name.startsWith('present') ? [[name.replace('present', 'past_key_values'), tensor]] : [],
    );
    const logits = outputs.logits!.data as Float32Array; // the graph says so
    return { logits, length, past: Object.fromEntries(past) };
  }

  #start(): SessionState {
    const { numLayers, numHeads, dModel } = this.sizes;
    const none = () => this.#model.floats(new Float32Array(0), [1, numHeads, 0, dModel / numHeads]);
    const past = Array.from({ length: numLayers }, (_, layer) =>
      ['key', 'value'].map((kind) => [`past_key_values.${layer}.${kind}`, none()]),
    );
    return { logits: new Float32Array(0), length: 0, past: Object.fromEntries(past.flat()) };
  }
}
