// The one file that knows what is inside tfjs's webgpu backend: how it runs a shader, makes a tensor and shares its data.
// None of it is documented, so it is tried before it is used (tfjs 4.22).
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';

/** The parts of tfjs's WebGPUBackend that are used here. */
export interface WebgpuBackend extends KernelBackend {
  runWebGPUProgram(
    program: TfjsProgram,
    inputs: readonly TensorInfo[],
    outputType: DataType,
    uniforms: readonly { readonly type: UniformType; readonly data: readonly number[] }[],
    output?: TensorInfo,
  ): TensorInfo;
  makeTensorInfo(shape: readonly number[], dtype: DataType, values: Float32Array | Int32Array): TensorInfo;
  /** What it keeps of a tensor. The values are there until a shader reads the tensor, or after somebody did. */
  readonly tensorMap: { get(dataId: object): { readonly values?: unknown } | undefined };
}

/** A compute shader as tfjs takes it. It declares the buffers, `result` among them, and calls `main` from its entry. */
interface TfjsProgram {
  readonly outputShape: readonly number[];
  /** Names of the input buffers. */
  readonly variableNames: readonly string[];
  /** Numbers to an element of each buffer: 1, or 4 for a vec4. */
  readonly variableComponents: readonly number[];
  readonly outputComponent: number;
  readonly workgroupSize: readonly [number, number, number];
  /** The axes of the output that x counts: all in one. */
  readonly dispatchLayout: { readonly x: readonly number[] };
  /** Workgroups along x, y and z; tfjs folds an x beyond the device's limit into y and z. */
  dispatch: readonly [number, number, number];
  /** WGSL declarations of our uniforms, in their order. */
  readonly uniforms: string;
  /** One pipeline is made a key. */
  shaderKey: string;
  getUserCode(): string;
}

type UniformType = 'int32' | 'uint32' | 'float32';

/** A number that a shader reads at run time, with its type there. */
export interface Uniform {
  readonly type: UniformType;
  readonly value: number;
}

/** A uniform of type i32. */
export const int = (value: number): Uniform => ({ type: 'int32', value });
/** A uniform of type u32. */
export const unsigned = (value: number): Uniform => ({ type: 'uint32', value });
/** A uniform of type f32. */
export const float = (value: number): Uniform => ({ type: 'float32', value });

/** What is fixed when a shader is compiled. */
export type Variant = Readonly<Record<string, string | number | boolean>>;

/** A compute shader and what it works on. */
export interface Program<Fixed extends Variant> {
  /** Names the function `source`. */
  readonly name: string;
  /** What the source depends on besides. */
  readonly variant: Fixed;
  /**
   * The WGSL: functions, one of which is `fn run(workgroup: i32, lane: i32)`. It may be called with a workgroup beyond
   * the last, and writes nothing then. It has to read every input and at least one uniform.
   */
  readonly source: (variant: Fixed) => string;
  /** The buffers that it reads, flat, by name: 7 at most, which with the output is what every device grants. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** The inputs, and `result`, that are arrays of vec4 in the source; their sizes are multiples of 4. */
  readonly vectors?: readonly string[];
  readonly uniforms: Readonly<Record<string, Uniform>>;
  readonly outputShape: readonly number[];
  /** 'float32' by default. */
  readonly outputType?: DataType;
  /** The tensor of this shape to write into; a new one by default. */
  readonly into?: TensorInfo | undefined;
  readonly workgroups: number;
  /** Invocations to a workgroup, the range of `lane`. */
  readonly workgroupSize: number;
}

/** Shaders know sizes by their uniforms. With the true shapes tfjs would compile one again where lengths happen to agree. */
const ANY_SHAPE: readonly number[] = [];

const WGSL_TYPE: Readonly<Record<UniformType, string>> = { int32: 'i32', uint32: 'u32', float32: 'f32' };

/** Runs a shader. What has no entries is not computed: its output is empty too. */
export function runProgram<Fixed extends Variant>(backend: WebgpuBackend, program: Program<Fixed>): TensorInfo {
  const { name, variant, source, inputs, vectors = [], uniforms, outputShape, workgroups, workgroupSize } = program;
  const components = (buffer: string) => (vectors.includes(buffer) ? 4 : 1);
  const names = Object.keys(inputs);
  const flatShape = [sizeOf(outputShape)];
  const output = backend.runWebGPUProgram(
    {
      outputShape: flatShape,
      variableNames: names,
      variableComponents: names.map(components),
      outputComponent: components('result'),
      workgroupSize: [workgroupSize, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [workgroups, 1, 1],
      uniforms: Object.entries(uniforms)
        .map(([key, { type }]) => `${key} : ${WGSL_TYPE[type]}, `)
        .join(''),
      shaderKey: `${name} ${Object.values(variant).join(' ')} ${vectors.join(' ')}`,
      getUserCode: () => `
        ${source(variant)}
        fn main(index : i32) { run(index / ${workgroupSize}, i32(localIndex)); }`,
    },
    Object.values(inputs).map((input) => withShape(input, ANY_SHAPE)),
    program.outputType ?? 'float32',
    Object.values(uniforms).map(({ type, value }) => ({ type, data: [value] })),
    program.into && withShape(program.into, flatShape),
  );
  return withShape(output, outputShape);
}

/**
 * The same data once more, as a further output of a kernel: a shader writes one tensor, and what a kernel of the backward
 * direction makes again for itself needs no tensor of its own.
 */
export function sameData(backend: WebgpuBackend, tensor: TensorInfo): TensorInfo {
  backend.incRef(tensor.dataId);
  return withShape(tensor, tensor.shape);
}

/** The bytes of a tensor of dtype 'bool', if the host has them. On the device each takes 32 bits. */
export function hostBytes(backend: WebgpuBackend, { dataId }: TensorInfo): Uint8Array | undefined {
  const values = backend.tensorMap.get(dataId)?.values;
  return values instanceof Uint8Array ? values : undefined;
}

/** Zeros. */
export function zeros(backend: WebgpuBackend, shape: readonly number[]): TensorInfo {
  return backend.makeTensorInfo([...shape], 'float32', new Float32Array(sizeOf(shape)));
}

/** The number of entries of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The same data under another shape. */
export function withShape({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
  return { dataId, dtype, shape: [...shape] };
}

/**
 * Whether the backend runs shaders as this file expects, which another version of tfjs may not: looked for in its parts,
 * and tried with numbers.
 */
export async function runsPrograms(backend: KernelBackend): Promise<boolean> {
  const webgpu = backend as WebgpuBackend;
  const methods = ['runWebGPUProgram', 'makeTensorInfo', 'incRef', 'disposeData'] as const;
  if (methods.some((method) => typeof webgpu[method] !== 'function')) return false;
  if (typeof webgpu.tensorMap?.get !== 'function') return false;
  const made: TensorInfo[] = [];
  try {
    const x = webgpu.makeTensorInfo([2, 4], 'float32', Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    made.push(x);
    const doubled = runProgram(webgpu, {
      name: 'SesameTrial',
      variant: { lanes: 1 },
      source: () => 'fn run(workgroup : i32, lane : i32) { result[workgroup] = x[workgroup] * uniforms.factor; }',
      inputs: { x },
      vectors: ['x', 'result'],
      uniforms: { factor: float(2) },
      outputShape: [2, 4],
      workgroups: 2,
      workgroupSize: 1,
    });
    made.push(doubled);
    const numbers = [...((await webgpu.read(doubled.dataId)) as Float32Array)];
    return numbers.join() === '0,2,4,6,8,10,12,14';
  } catch {
    return false;
  } finally {
    for (const { dataId } of made) webgpu.disposeData(dataId);
  }
}
