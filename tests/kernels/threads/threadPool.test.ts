import { BackendError } from 'sesame-nlp/errors';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { JobBoard } from '../../../src/kernels/wasm/jobBoard.js';
import { compileKernels, KERNELS, type KernelExports } from '../../../src/kernels/wasm/kernelModule.js';
import { ThreadPool } from '../../../src/kernels/wasm/threadPool.js';
import { Room, SAMPLE_JOBS } from './sampleJobs.js';

// The setup of this project has every job shared out, however small; here the sizes are those that users get.
const { itemsPerChunk } = await vi.importActual<typeof import('../../../src/kernels/wasm/chunks.js')>(
  '../../../src/kernels/wasm/chunks.js',
);

const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });

/** Sleeps, which gives the other threads the processor. */
const sleep = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe('threads', () => {
  const SCRATCH = 2 ** 25; // behind everything else
  const SCRATCH_BYTES = 2 ** 20;
  let exports: KernelExports;
  let pool: ThreadPool;
  /** Chunks that the calling thread did, and how long it sleeps before each, in milliseconds. */
  const own = { chunks: 0, delay: 0 };

  beforeAll(async () => {
    const module = (await compileKernels(true))(true);
    exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
    const watched = Object.entries(exports).map(([name, kernel]) => [
      name,
      (...settings: [number, number, number]) => {
        own.chunks++;
        if (own.delay > 0) sleep(own.delay);
        return kernel(...settings);
      },
    ]);
    pool = await ThreadPool.start({ threads: 3, module, memory, exports: Object.fromEntries(watched) });
  });
  afterAll(() => pool.stop());

  test.each(KERNELS)('%s is the same, bit for bit, as on one thread, whoever does which part', (kernel) => {
    const room = new Room(memory.buffer);
    const { items, settings, scratch = 0 } = SAMPLE_JOBS[kernel](room, exports);
    expect(room.end).toBeLessThan(SCRATCH);
    expect(scratch).toBeLessThanOrEqual(SCRATCH_BYTES);
    const bytes = new Uint8Array(memory.buffer, 0, room.end);
    const before = bytes.slice();
    exports[kernel](0, items, SCRATCH, ...settings);
    const alone = bytes.slice();
    expect(Buffer.compare(alone, before)).not.toBe(0);

    const part = itemsPerChunk(kernel, items, settings);
    const chunks = Math.ceil(items / part);
    expect(chunks, 'the job is worth sharing').toBeGreaterThan(1);
    let shared = 0;
    for (let run = 0; run < 100 && shared < 3; run++) {
      bytes.set(before);
      Object.assign(own, { chunks: 0, delay: run % 2 });
      pool.run({ kernel, items, itemsPerChunk: part, settings, scratch: SCRATCH, scratchBytes: SCRATCH_BYTES });
      expect(Buffer.compare(bytes, alone)).toBe(0);
      if (own.chunks < chunks) shared++;
    }
    expect(shared, 'workers took part').toBe(3);
  });
});

/** A module whose kernels do nothing in the thread with scratch 0, and fail in others; the memory is imported. */
const failingElsewhere = new WebAssembly.Module(
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 7, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0], // a type: (i32, i32, i32) -> nothing
    ...[2, 18, 1, 3, ...Buffer.from('env'), 6, ...Buffer.from('memory'), 2, 3, 1, 0x80, 0x80, 4],
    ...[3, 2, 1, 0], // a function of that type
    ...[7, 14, 1, 10, ...Buffer.from('activation'), 0, 0],
    ...[10, 10, 1, 8, 0, 0x20, 2, 0x04, 0x40, 0, 0x0b, 0x0b], // if scratch: unreachable
  ]),
);

test('a kernel that fails in a worker is an error where the job was given, and the threads go on', async () => {
  const { exports } = new WebAssembly.Instance(failingElsewhere, { env: { memory } });
  const activation = exports.activation as (...settings: number[]) => void;
  const delayed = (...settings: number[]) => {
    sleep(1);
    activation(...settings);
  };
  const pool = await ThreadPool.start({
    threads: 2,
    module: failingElsewhere,
    memory,
    exports: { activation: delayed } as unknown as KernelExports,
  });
  const job = { kernel: 'activation', items: 200, itemsPerChunk: 1, settings: [], scratch: 0 } as const;
  try {
    expect(() => pool.run({ ...job, scratchBytes: 256 })).toThrow(
      /^The kernel activation failed in a thread: RuntimeError: unreachable/,
    );
    pool.run({ ...job, items: 20, scratchBytes: 0 });
    expect(() => pool.run({ ...job, scratchBytes: 256 })).toThrow(BackendError);
  } finally {
    pool.stop();
  }
});

test('a kernel that fails in the calling thread throws what it threw, and the threads go on', async () => {
  const module = (await compileKernels(true))(true);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const pool = await ThreadPool.start({ threads: 2, module, memory, exports: exports as unknown as KernelExports });
  const job = { kernel: 'activation', items: 4, itemsPerChunk: 1, scratch: 0, scratchBytes: 0 } as const;
  try {
    const outside = 2 ** 32 - 16;
    expect(() => pool.run({ ...job, settings: [1, outside, outside] })).toThrow(/memory access out of bounds/);
    new Float32Array(memory.buffer, 64, 4).set([-1, 2, -3, 4]);
    pool.run({ ...job, settings: [1, 64, 128] }); // relu
    expect([...new Float32Array(memory.buffer, 128, 4)]).toEqual([0, 2, 0, 4]);
  } finally {
    pool.stop();
  }
});

test('a thread that does not start is an error that says why, and no other thread is left', async () => {
  const module = (await compileKernels(false))(false); // a module for a memory that is not shared
  const exports = {} as KernelExports;
  await expect(ThreadPool.start({ threads: 3, module, memory, exports })).rejects.toThrow(
    /^a worker did not start: .*(shared|memory)/,
  );
});

test('a worker that died inside a job is noticed', () => {
  const board = new JobBoard();
  board.open({ kernel: 0, items: 2, itemsPerChunk: 1, scratch: 0, scratchBytes: 0, settings: [] });
  board.enter(); // and never leaves
  expect(board.close(20)).toBe(false);
});
