// What the benchmarks use of the peers, so that types are checked where the peers are not installed.

declare module 'onnxruntime-node' {
  export class Tensor {
    constructor(type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]);
    readonly dims: readonly number[];
    readonly data: Float32Array | BigInt64Array;
  }
  export class InferenceSession {
    static create(model: string | Uint8Array, options: Readonly<Record<string, unknown>>): Promise<InferenceSession>;
    run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  }
}

declare module 'onnxruntime-web' {
  export { InferenceSession, Tensor } from 'onnxruntime-node';
  export const env: { readonly wasm: { numThreads: number } };
}

declare module '@huggingface/transformers' {
  export class Tensor {
    constructor(type: 'int64', data: BigInt64Array, dims: readonly number[]);
    readonly dims: readonly number[];
    readonly data: Float32Array | BigInt64Array;
  }
  export const env: { allowRemoteModels: boolean; localModelPath: string };
  interface LoadOptions {
    readonly dtype: 'fp32' | 'q8';
    readonly device: 'cpu';
    readonly local_files_only: true;
    readonly session_options: Readonly<Record<string, unknown>>;
  }
  interface GenerateOptions {
    readonly inputs: Tensor;
    readonly attention_mask: Tensor;
    readonly max_new_tokens: number;
    readonly min_new_tokens: number;
    readonly do_sample: false;
    readonly streamer: BaseStreamer;
  }
  interface Model {
    (inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
    generate(options: GenerateOptions): Promise<unknown>;
  }
  export const AutoModel: { from_pretrained(folder: string, options: LoadOptions): Promise<Model> };
  export const AutoModelForCausalLM: typeof AutoModel;
  export abstract class BaseStreamer {
    abstract put(value: unknown): void;
    abstract end(): void;
  }
}

declare module 'gpt-tfjs' {
  import type { LayersModel, Tensor } from '@tensorflow/tfjs';

  interface Config {
    readonly nLayer: number;
    readonly nHead: number;
    readonly nEmbd: number;
    readonly vocabSize: number;
    readonly blockSize: number;
    readonly dropout: number;
    readonly embdDrop: number;
    readonly residDrop: number;
  }
  interface LanguageModel {
    readonly model: LayersModel;
    train(dataset: unknown, options: Readonly<Record<string, unknown>>): Promise<void>;
    generate(
      ids: readonly (readonly number[])[] | Tensor,
      options: { readonly maxNewTokens: number; readonly doSample: false },
      onToken: () => void,
    ): Promise<number[][]>;
  }
  const library: { readonly model: { GPTLMHeadModel(config: Config): LanguageModel } };
  export default library;
}

declare module '@jax-js/jax' {
  type Operand = JaxArray | number;
  /** An array counts its references: a call takes its arguments over, and `ref` is one more. */
  export interface JaxArray {
    readonly ref: JaxArray;
    readonly shape: readonly number[];
    add(other: Operand): JaxArray;
    sub(other: Operand): JaxArray;
    mul(other: Operand): JaxArray;
    div(other: Operand): JaxArray;
    sum(axis?: number): JaxArray;
    reshape(shape: readonly number[]): JaxArray;
    transpose(axes: readonly number[]): JaxArray;
    /** Takes the array over. */
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  type Scalar<Args extends readonly unknown[]> = (...args: Args) => JaxArray;
  export function init(device: 'wasm'): Promise<unknown>;
  export function defaultDevice(device: 'wasm'): unknown;
  export function blockUntilReady<Tree>(tree: Tree): Promise<Tree>;
  export function jit<Args extends readonly unknown[], Result>(
    run: (...args: Args) => Result,
  ): (...args: Args) => Result;
  export function grad<First, Rest extends readonly unknown[]>(
    loss: Scalar<[First, ...Rest]>,
  ): (...args: [First, ...Rest]) => First;
  export function grad<Args extends readonly unknown[]>(
    loss: Scalar<Args>,
    options: { readonly argnums: readonly number[] },
  ): (...args: Args) => JaxArray[];
  export function valueAndGrad<First, Rest extends readonly unknown[]>(
    loss: Scalar<[First, ...Rest]>,
  ): (...args: [First, ...Rest]) => [JaxArray, First];
  export const nn: {
    gelu(x: JaxArray): JaxArray;
    standardize(x: JaxArray, axis: number, options: { readonly epsilon: number }): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(ids: JaxArray, classes: number): JaxArray;
  };
  export const numpy: {
    array(numbers: Float32Array | Int32Array): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    full(shape: readonly number[], value: number): JaxArray;
    triu(x: JaxArray, diagonal: number): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    take(x: JaxArray, indices: JaxArray, axis: number): JaxArray;
    square(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    power(base: Operand, exponent: Operand): JaxArray;
    minimum(a: Operand, b: Operand): JaxArray;
    split(x: JaxArray, sections: number, axis: number): JaxArray[];
  };
}

declare module 'gpt-tokenizer/encoding/r50k_base' {
  export function encode(text: string, options: { readonly disallowedSpecial: ReadonlySet<string> }): number[];
}

declare module 'js-tiktoken' {
  export function getEncoding(name: 'gpt2'): {
    encode(text: string, allowedSpecial: readonly string[], disallowedSpecial: readonly string[]): number[];
  };
}

declare module 'tiktoken' {
  export function get_encoding(name: 'gpt2'): { encode_ordinary(text: string): Uint32Array };
}

declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  }
}
