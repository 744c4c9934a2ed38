// How fast a core multiplies and adds in its registers, and how fast it reads memory.
import asc from 'assemblyscript/asc';
import { hasRelaxedSimd } from '../../src/kernels/wasm/kernelModule.js';
import type { LeastWork, LimitSetup } from './limit.js';
import { serve } from './serve.js';

/** Sums that do not wait for each other; with a factor, a summand and a product they fill the registers. */
const SUMS = 12;
/** Steps to a turn, each in a block of its own, as in the kernels. */
const STEPS = 4;
const TURNS = 100_000;
const FLOPS = TURNS * STEPS * SUMS * 4 * 2;
/** More than any cache holds. */
const BYTES = 2 ** 28;
const SAMPLES = 5;

interface Core {
  readonly memory: WebAssembly.Memory;
  multiply(turns: number, factor: number): number;
  read(bytes: number): number;
}

await serve<LimitSetup>(async (setup) => {
  const core = await compile(hasRelaxedSimd());
  new Uint8Array(core.memory.buffer).fill(1);
  const multiply = () => core.multiply(TURNS, 0.5);
  const read = () => core.read(BYTES);
  for (let warmUp = 0; warmUp < 30; warmUp++) multiply();
  for (let warmUp = 0; warmUp < 5; warmUp++) read();
  const least = ({ flops = 0, bytes = 0 }: LeastWork) =>
    Math.max((best(multiply) * flops) / FLOPS, bytes === 0 ? 0 : (best(read) * bytes) / BYTES);
  const tasks = Object.entries(setup).map(([task, measures]) => {
    const times = () =>
      Object.entries(measures).map(([name, work]) => [name, Array.from({ length: SAMPLES }, () => least(work))]);
    return [task, () => Object.fromEntries(times()) as Record<string, number[]>] as const;
  });
  return { tasks: Object.fromEntries(tasks) };
});

function best(run: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

async function compile(fused: boolean): Promise<Core> {
  const sums = Array.from({ length: SUMS }, (_, index) => `sum${index}`);
  const next = (sum: string) =>
    fused ? `f32x4.relaxed_madd(${sum}, factor4, one)` : `f32x4.add(f32x4.mul(${sum}, factor4), one)`;
  const step = `${sums.map((sum) => `${sum} = ${next(sum)};`).join('\n')}\nif (turn < 0) break;\n`;
  const streams = Array.from({ length: 8 }, (_, index) => `sum${index}`);
  const source = `
    export function multiply(turns: i32, factor: f32): f32 {
      const factor4 = f32x4.splat(factor), one = f32x4.splat(1);
      let ${sums.map((sum, index) => `${sum} = f32x4.splat(${index})`).join(', ')};
      for (let turn = 0; turn < turns; turn++) {
        ${step.repeat(STEPS)}
      }
      return f32x4.extract_lane(${sums.reduce((total, sum) => `f32x4.add(${total}, ${sum})`)}, 0);
    }

    export function read(bytes: i32): i32 {
      const part: usize = bytes / ${streams.length};
      let ${streams.map((sum) => `${sum} = i32x4.splat(0)`).join(', ')};
      for (let at: usize = 0; at < part; at += 32) {
        ${streams
          .map((sum, index) => {
            const from = `at + ${index} * part`;
            return `${sum} = v128.xor(v128.xor(${sum}, v128.load(${from})), v128.load(${from}, 16));`;
          })
          .join('\n')}
      }
      return i32x4.extract_lane(${streams.reduce((total, sum) => `v128.xor(${total}, ${sum})`)}, 0);
    }`;
  let written: unknown;
  const memory = ['--initialMemory', String(BYTES / 2 ** 16 + 1)];
  const flags = ['-O3', '--runtime', 'stub', ...memory, '--enable', fused ? 'simd,relaxed-simd' : 'simd'];
  const { error, stderr } = await asc.main(['limit.ts', '--outFile', 'limit.wasm', ...flags], {
    readFile: (path: string) => (path === 'limit.ts' ? source : null),
    writeFile: (_path, contents) => {
      written = contents;
    },
  });
  if (error) throw new Error(stderr.toString(), { cause: error });
  const { instance } = await WebAssembly.instantiate(written as Uint8Array<ArrayBuffer>);
  return instance.exports as unknown as Core;
}
