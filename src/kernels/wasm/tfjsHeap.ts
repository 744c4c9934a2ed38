// The one file that knows what is inside tfjs's wasm backend: its memory, its allocator, and where a tensor's numbers lie.
// None of it is documented, so all of it is looked for before it is used (tfjs 4.22).
import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors/index.js';
import { sizeOf } from './kernelDefinition.js';

/** What the backend keeps of a tensor's numbers. */
interface TensorData {
  readonly id: number;
  readonly memoryOffset: number;
  refCount: number;
}

/** The Emscripten module behind the backend. */
interface EmscriptenModule {
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(address: number): void;
  /** The C++ side's list of tensors, by which it finds what it has packed of them. */
  readonly tfjs: {
    registerTensor(id: number, size: number, address: number): void;
    disposeData(id: number): void;
  };
}

/** The parts of tfjs's BackendWasm that are used here. */
interface WasmBackend extends KernelBackend {
  readonly wasm: EmscriptenModule;
  readonly dataIdMap: { get(dataId: object): TensorData };
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo;
  move(dataId: object, values: unknown, shape: number[], dtype: DataType, refCount: number): void;
  disposeData(dataId: object, force?: boolean): boolean;
}

const MEGABYTE = 2 ** 20;
/** WebAssembly's addresses have 32 bits. */
const LARGEST_HEAP = 4096;

/** tfjs's heap: the memory that its tensors lie in, for kernels that work where they lie. */
export class TfjsHeap {
  /** The whole heap; it grows, and views of its buffer must then be made anew. */
  readonly memory: WebAssembly.Memory;
  readonly #backend: WasmBackend;
  /** What the kernel that runs has made; undefined while none runs. */
  #made: TensorInfo[] | undefined;

  /** @param backend tfjs's wasm backend, as `isTfjsHeap` wants it */
  constructor(backend: KernelBackend) {
    this.#backend = backend as WasmBackend;
    this.memory = this.#backend.wasm.asm!.memory!;
    reportExhaustion(this.#backend);
  }

  /** Whether its memory is one that threads share. */
  get isForThreads(): boolean {
    return isForThreads(this.memory);
  }

  /** Calls `listener` when tfjs gives the backend up, and with it the heap. */
  onDispose(listener: () => void): void {
    const backend = this.#backend;
    const dispose = backend.dispose.bind(backend);
    backend.dispose = () => {
      listener();
      dispose();
    };
  }

  /**
   * Reserves memory outside of tensors.
   *
   * @returns its address
   * @throws BackendError if the heap is full
   */
  allocate(bytes: number): number {
    return this.#backend.wasm._malloc(bytes) >>> 0;
  }

  /** Gives memory back that `allocate` reserved. */
  free(address: number): void {
    this.#backend.wasm._free(address);
  }

  /** Where a tensor's numbers lie, row by row. */
  addressOf(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /**
   * A new tensor whose numbers are whatever lay there.
   *
   * @throws BackendError if the heap is full
   */
  makeTensor(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    const tensor = this.#backend.makeOutput([...shape], dtype);
    this.#made?.push(tensor);
    return tensor;
  }

  /** Runs a kernel; if it throws, as where the heap is full, the tensors that it made until then are freed. */
  allOrNothing<Result>(kernel: () => Result): Result {
    const outer = this.#made;
    const made: TensorInfo[] = [];
    this.#made = made;
    try {
      return kernel();
    } catch (error) {
      for (const { dataId } of made) this.#backend.disposeData(dataId);
      throw error;
    } finally {
      this.#made = outer;
    }
  }

  /**
   * Tells tfjs that a tensor's numbers were changed where they lie: its own kernels forget what they have packed of them
   * (XNNPACK keeps a copy of weights that it has met).
   */
  numbersChanged(tensor: TensorInfo): void {
    const { tfjs } = this.#backend.wasm;
    const { id, memoryOffset } = this.#backend.dataIdMap.get(tensor.dataId);
    tfjs.disposeData(id);
    tfjs.registerTensor(id, sizeOf(tensor), memoryOffset);
  }

  /** A new tensor of zeros, float32. */
  makeZeros(shape: readonly number[]): TensorInfo {
    const zeros = this.makeTensor(shape);
    new Float32Array(this.memory.buffer, this.addressOf(zeros), sizeOf(zeros)).fill(0);
    return zeros;
  }

  /** Whether other tensors have the same numbers: then they must not be changed where they lie. */
  isShared({ dataId }: TensorInfo): boolean {
    return this.#backend.refCount(dataId) > 1;
  }

  /** The same numbers as a tensor of their own, perhaps of another shape; no number is copied. */
  share({ dataId, dtype, shape }: TensorInfo, as: readonly number[] = shape): TensorInfo {
    this.#backend.incRef(dataId);
    return { dataId, dtype, shape: [...as] };
  }
}

/** Whether the backend is built as this file expects, which another version of tfjs may not be. */
export function isTfjsHeap(backend: KernelBackend): boolean {
  const { wasm, dataIdMap, makeOutput, move, incRef } = backend as Partial<WasmBackend>;
  return (
    wasm?.asm?.memory instanceof WebAssembly.Memory &&
    typeof wasm._malloc === 'function' &&
    typeof wasm._free === 'function' &&
    typeof wasm.tfjs?.registerTensor === 'function' &&
    typeof wasm.tfjs.disposeData === 'function' &&
    typeof dataIdMap?.get === 'function' &&
    [makeOutput, move, incRef].every((method) => typeof method === 'function')
  );
}

/** Whether the backend is one on whose heap threads can work. */
export function hasSharedHeap(backend: KernelBackend): boolean {
  return isTfjsHeap(backend) && isForThreads((backend as WasmBackend).wasm.asm!.memory!);
}

function isForThreads({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
}

const reporting = new WeakSet<WasmBackend>();

/**
 * tfjs takes address 0, which a full heap answers with, for a place to write to. From here on it is an error that names
 * the tensor, the need, and what to do.
 */
function reportExhaustion(backend: WasmBackend): void {
  if (reporting.has(backend)) return;
  reporting.add(backend);
  const { wasm } = backend;
  wasm._free(wasm._malloc(1)); // Emscripten's stand-in replaces itself at its first call
  const allocate = wasm._malloc.bind(wasm);
  const { memory } = wasm.asm!;
  let wanted: Pick<TensorInfo, 'dtype' | 'shape'> | undefined;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    // Near its end the allocator also hands out blocks that end beyond it.
    const fits = address !== 0 && (address >>> 0) + bytes <= memory!.buffer.byteLength;
    if (fits || bytes === 0) return address;
    const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0);
    throw new BackendError(
      `The WebAssembly heap is full: ${wanted ? `a ${wanted.dtype} tensor [${wanted.shape.join(', ')}]` : 'an intermediate result'} needs ${megabytes(bytes)} MB, ` +
        `and the heap has grown to ${megabytes(memory!.buffer.byteLength)} of at most ${LARGEST_HEAP} MB.\n` +
        'Use smaller batches or shorter texts, dispose tensors and models that are not needed any more, ' +
        "or hold the weights in a quarter of the memory: model.quantize('int8').",
      { value: bytes },
    );
  };
  const move = backend.move.bind(backend);
  backend.move = (dataId, values, shape, dtype, refCount) => {
    wanted = { dtype, shape };
    try {
      move(dataId, values, shape, dtype, refCount);
    } finally {
      wanted = undefined;
    }
  };
}
