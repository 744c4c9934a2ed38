// The shaders for the webgpu backend held to the composed ops, which are their contract: those of the same backend and
// those of the cpu.
import {
  backend,
  dispose,
  getBackend,
  getKernel,
  grads,
  memory,
  registerKernel,
  type Scalar,
  setBackend,
  slice,
  type Tensor,
  tensor,
  tidy,
  unregisterKernel,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { BackendError } from 'sesame-nlp/errors';
import { registerWebgpuKernels, unregisterWebgpuKernels } from 'sesame-nlp/kernels/webgpu';
import { createGpt } from 'sesame-nlp/models';
import { initialize, namedParameters, RandomStream } from 'sesame-nlp/nn';
import {
  type AttentionOptions,
  attention,
  chunkedAttention,
  gelu,
  geluTanh,
  hasKernel,
  layerNorm,
  linear,
  relu,
  silu,
} from 'sesame-nlp/ops';
import { afterEach, describe, expect, test, vi } from 'vitest';

/** Numbers for a tensor of any backend. */
interface Numbers {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** An op of some tensors, all of which have gradients. */
interface Case {
  readonly inputs: readonly Numbers[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const make = ({ shape, values }: Numbers) => tensor(Float32Array.from(values), [...shape]);

function normal(shape: readonly number[], seed: number, factor = 1): Numbers {
  const random = new RandomStream(seed);
  return { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => factor * random.nextNormal()) };
}

/** A case of random inputs of these shapes. */
function caseOf(shapes: readonly (readonly number[])[], run: Case['run'], factor = 1): Case {
  return { inputs: shapes.map((shape, index) => normal(shape, 11 + index, factor)), run };
}

/** The output, and the gradients of the inputs for random gradients of the output. */
async function resultsOf({ inputs, run }: Case): Promise<number[][]> {
  const tensors = inputs.map(make);
  const before = memory().numTensors;
  const made = tidy(() => {
    const output = run(...tensors);
    return [output, ...grads(run)(tensors, make(normal(output.shape, 7)))];
  });
  expect(made.slice(1).map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
  const numbers = await Promise.all(made.map(async (output) => [...(await output.data())]));
  dispose(made);
  expect(memory().numTensors).toBe(before);
  dispose(tensors);
  return numbers;
}

async function onCpu<Result>(run: () => Promise<Result>): Promise<Result> {
  await setBackend('cpu');
  const result = await run();
  await setBackend('webgpu');
  return result;
}

/** Differences count as a share of the largest number of a tensor: sums of another order differ in the last digits. */
function expectClose(actual: readonly number[][], expected: readonly number[][], tolerance = 1e-4) {
  for (const [output, numbers] of expected.entries()) {
    const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 1);
    const worst = numbers.reduce((most, number, i) => {
      const difference = Math.abs(actual[output]![i]! - number);
      return difference <= most ? most : difference; // a NaN stays
    }, 0);
    expect(actual[output], `output ${output}`).toHaveLength(numbers.length);
    expect(worst / largest, `output ${output}`).toBeLessThanOrEqual(tolerance);
  }
}

/** With the kernels, without them, and on the cpu: the same numbers. */
async function expectSame(given: Case) {
  unregisterWebgpuKernels();
  const composed = await resultsOf(given);
  const reference = await onCpu(() => resultsOf(given));
  await registerWebgpuKernels();
  const fused = await resultsOf(given);
  expectClose(fused, composed);
  expectClose(fused, reference);
}

interface AttentionSizes {
  readonly batch?: number;
  readonly heads?: number;
  readonly queries: number;
  readonly keys: number;
  readonly headSize?: number;
  readonly valueSize?: number;
  readonly bias?: readonly number[];
}

function attentionCase(sizes: AttentionSizes, options: AttentionOptions & { padding?: Numbers } = {}): Case {
  const { batch = 2, heads = 3, queries, keys, headSize = 8, valueSize = headSize, bias } = sizes;
  const { padding, ...others } = options;
  const shapes = [
    [batch, heads, queries, headSize],
    [batch, heads, keys, headSize],
    [batch, heads, keys, valueSize],
    ...(bias ? [bias] : []),
  ];
  return caseOf(shapes, (query, key, value, bias) =>
    tidy(() => attention(query!, key!, value!, { ...others, bias, mask: padding && make(padding) })),
  );
}

/** A mask of which every third key is padding, and all keys of the first text. */
function padding(batch: number, keys: number): Numbers {
  const values = Array.from({ length: batch * keys }, (_, i) => (i < keys || i % 3 === 0 ? 0 : 1));
  return { shape: [batch, keys], values };
}

// A shader is compiled for the sizes of heads: where it does not matter, tests share them.
const PLAIN = { headSize: 5, valueSize: 3 };
const NARROW = { headSize: 4, valueSize: 66 };
const CROSS = { headSize: 5, valueSize: 7 };

/** All that attention can take, for so many keys of two texts. */
const everythingAt = (keys: number) => ({
  causal: true,
  padding: padding(2, keys),
  dropout: { rate: 0.4, seed: -123_456_789 },
  scale: 0.3,
});

const SIZES = [1, 3, 5, 7, 17, 64, 65, 256, 1030];

describe.runIf(getBackend() === 'webgpu')('webgpu kernels', () => {
  afterEach(unregisterWebgpuKernels);

  describe('give what the compositions give, forward and backward', () => {
    test.each(SIZES)('gelu, geluTanh, relu and silu of 3 x %i numbers', async (size) => {
      for (const op of [gelu, geluTanh, relu, silu]) await expectSame(caseOf([[3, size]], (x) => op(x!), 3));
    });

    test.each([1, 3, 16, 17, 65])('linear with %i outputs, with all that it can end with', async (outSize) => {
      for (const rows of [[1], [2, 3]]) {
        const shapes = [[...rows, 7], [7, outSize], [outSize], [...rows, outSize]];
        await expectSame(caseOf(shapes.slice(0, 3), (x, weight, bias) => linear(x!, weight!, bias)));
        for (const activation of [undefined, gelu, geluTanh, relu, silu]) {
          const run: Case['run'] = (x, weight, bias, residual) => linear(x!, weight!, bias, { residual, activation });
          await expectSame(caseOf(shapes, run));
        }
        const transposed: Case['run'] = (x, weight) =>
          linear(x!, weight!, undefined, { transposeWeight: true, activation: gelu });
        await expectSame(
          caseOf(
            [
              [...rows, 7],
              [outSize, 7],
            ],
            transposed,
          ),
        );
      }
    });

    test.each(SIZES)('layerNorm of rows of %i numbers', async (size) => {
      const run: Case['run'] = (x, weight, bias) => layerNorm(x!, weight!, bias!, 1e-3);
      for (const rows of [[1], [3, 7]]) await expectSame(caseOf([[...rows, size], [size], [size]], run));
    });

    test('layerNorm of more rows than a device takes workgroups in one direction', async () => {
      const [x, weight, bias] = [[65_600, 3], [3], [3]].map((shape, index) => make(normal(shape, index)));
      await registerWebgpuKernels();
      const all = layerNorm(x!, weight!, bias!);
      const last = tidy(() => slice(all, [65_500, 0]));
      const alone = tidy(() => layerNorm(slice(x!, [65_500, 0]), weight!, bias!));
      expectClose([[...(await last.data())]], [[...(await alone.data())]], 0);
      dispose([x!, weight!, bias!, all, last, alone]);
    });

    // Fewer than 8 queries have a shader of their own.
    test.each([1, 3, 5, 7])('attention of %i queries', async (queries) => {
      for (const keys of [1, 17, 65]) {
        await expectSame(attentionCase({ queries, keys, ...PLAIN }));
        // A single query or key is no different here, and would be compiled for once more.
        if (queries === 1 || keys === 1) continue;
        await expectSame(attentionCase({ queries, keys, ...NARROW, bias: [1, 3, 1, keys] }, everythingAt(keys)));
      }
    });

    test('attention over several tiles', () => expectSame(attentionCase({ queries: 33, keys: 65, ...PLAIN })));

    test('causal attention over several tiles', () =>
      expectSame(attentionCase({ queries: 65, keys: 65 }, { causal: true })));

    test('attention over heads of several chunks, an odd one last', () =>
      expectSame(attentionCase({ batch: 1, heads: 2, queries: 17, keys: 33, headSize: 37, valueSize: 65 })));

    test('cross-attention with padding, a text of nothing else, and a bias that texts and queries share', () =>
      expectSame(attentionCase({ queries: 17, keys: 40, ...CROSS, bias: [3, 1, 40] }, { padding: padding(2, 40) })));

    test('causal attention with padding, dropout, a bias of every score, and more queries than keys', () =>
      expectSame(attentionCase({ queries: 70, keys: 35, ...NARROW, bias: [2, 3, 70, 35] }, everythingAt(35))));

    test('the same with fewer queries than keys, and a bias that heads and keys share', () =>
      expectSame(attentionCase({ queries: 9, keys: 70, ...NARROW, bias: [2, 1, 9, 1] }, everythingAt(70))));
  });

  describe('chunkedAttention gives what the composition gives', () => {
    test.each([
      ['one chunk', [5]],
      ['chunks that one shader reads', [70, 3, 1]],
      ['more chunks than that', [64, 1, 2, 3, 64, 5, 6, 7]],
    ])('of %s', async (_, lengths) => {
      const keys = lengths.reduce((sum, length) => sum + length, 0);
      for (const [headSize, valueSize] of [
        [5, 70],
        [8, 8],
      ] as const) {
        const made = {
          query: make(normal([2, 3, 1, headSize], 1)),
          chunks: lengths.map((length, index) => ({
            key: make(normal([2, 3, length, headSize], 2 + index)),
            value: make(normal([2, 3, length, valueSize], 20 + index)),
          })),
          mask: make(padding(2, keys)),
          bias: make(normal([1, 3, 1, keys], 40)),
        };
        const { query, chunks, mask, bias } = made;
        for (const options of [{}, { scale: 0.3, mask, bias }]) {
          const numbers = async () => {
            const before = memory().numTensors;
            const { context, weights } = chunkedAttention(query, chunks, options);
            expect(context.shape).toEqual([2, 3, 1, valueSize]);
            expect(weights.shape).toEqual([2, 3, 1, keys]);
            const values = [[...(await context.data())], [...(await weights.data())]];
            dispose([context, weights]);
            expect(memory().numTensors).toBe(before);
            return values;
          };
          unregisterWebgpuKernels();
          const composed = await numbers();
          await registerWebgpuKernels();
          expectClose(await numbers(), composed);
        }
        dispose([query, mask, bias, ...chunks.flatMap(({ key, value }) => [key, value])]);
      }
    });
  });

  test('chunkedAttention passes over chunks of no tokens, and gives zeros where there are no others', async () => {
    await registerWebgpuKernels();
    const query = make(normal([1, 2, 1, 5], 1));
    const chunk = (length: number) => {
      const tokens = make(normal([1, 2, length, 5], 2));
      return { key: tokens, value: tokens };
    };
    const [full, empty] = [chunk(6), chunk(0)];
    const read = async (...chunks: (typeof full)[]) => {
      const { context, weights } = chunkedAttention(query, chunks);
      const values = [[...(await context.data())], [...(await weights.data())]];
      dispose([context, weights]);
      return values;
    };
    expect(await read(empty, full, empty)).toEqual(await read(full));
    expect(await read(empty)).toEqual([Array(10).fill(0), []]);
    dispose([query, full.key, empty.key]);
  });

  test('a query that sees no key gives zeros, and leaves no gradient', async () => {
    await registerWebgpuKernels();
    for (const queries of [2, 9]) {
      const hidden = { shape: [1, 4], values: [0, 0, 0, 0] };
      const sizes = { batch: 1, queries, keys: 4, ...CROSS, bias: [1, 1, 1, 4] };
      const results = await resultsOf(attentionCase(sizes, { padding: hidden }));
      for (const numbers of results) expect(new Set(numbers.map(Math.abs))).toEqual(new Set([0]));
    }
  });

  test('a batch of nothing gives nothing, and weights then have a gradient of zeros', async () => {
    await registerWebgpuKernels();
    const run: Case['run'] = (x, weight, bias) => layerNorm(x!, weight!, bias!);
    expect(await resultsOf(caseOf([[0, 5], [5], [5]], run))).toEqual([[], [], Array(5).fill(0), Array(5).fill(0)]);
    expect(await resultsOf(caseOf([[0, 3]], (x) => gelu(x!)))).toEqual([[], []]);
    const empty = tidy(() => linear(zeros([0, 3]), zeros([3, 4]), zeros([4]), { activation: gelu }));
    expect(empty.shape).toEqual([0, 4]);
    empty.dispose();
    for (const queries of [1, 9]) {
      const nobody = attentionCase({ batch: 0, queries, keys: 5, bias: [1, 3, 1, 1] });
      expect(await resultsOf(nobody)).toEqual([[], [], [], [], [0, 0, 0]]);
    }
  });

  describe('numbers up to 1e4', () => {
    test.each([
      ['gelu', [[3, 40]], (x) => gelu(x!)],
      ['geluTanh', [[3, 40]], (x) => geluTanh(x!)],
      ['layerNorm', [[3, 40], [40], [40]], (x, weight, bias) => layerNorm(x!, weight!, bias!)],
    ] satisfies [string, number[][], Case['run']][])('%s', async (_, shapes, run) => {
      const given = caseOf(shapes, run, 4e3);
      await expectSame(given);
      await registerWebgpuKernels();
      expect((await resultsOf(given)).flat().every(Number.isFinite)).toBe(true);
    });

    // Weights are then all or nothing, and what is left of gradients is rounding: only the output is compared.
    test.each([3, 9])('attention of %i queries', async (queries) => {
      const { run } = attentionCase({ queries, keys: 9 }, { causal: true });
      const shapes = [queries, 9, 9].map((length) => [2, 3, length, 8]);
      const given = caseOf(shapes, run, 4e3);
      const [composed] = await resultsOf(given);
      await registerWebgpuKernels();
      const [output, ...gradients] = await resultsOf(given);
      expectClose([output!], [composed!]);
      expect(gradients.flat().every(Number.isFinite)).toBe(true);
    });
  });

  test('NaN comes out where NaN goes in', async () => {
    await registerWebgpuKernels();
    const nan = (shape: readonly number[]) => make({ shape, values: Array(sizeOf(shape)).fill(Number.NaN) });
    const one = (shape: readonly number[]) => make({ shape, values: Array(sizeOf(shape)).fill(1) });
    const outputs = tidy(() => [
      ...[gelu, geluTanh, relu, silu].flatMap((op) => [op(nan([5])), op(nan([8]))]),
      linear(one([2, 5]), one([5, 4]), nan([4]), { activation: gelu }),
      layerNorm(nan([2, 5]), one([5]), one([5])),
      ...[3, 9].flatMap((queries) => {
        const [short, long] = [
          [1, 1, queries, 5],
          [1, 1, 6, 5],
        ] as const;
        return [
          attention(nan(short), one(long), one([1, 1, 6, 3])),
          attention(one(short), nan(long), one([1, 1, 6, 3])),
          attention(one(short), one(long), nan([1, 1, 6, 3])),
        ];
      }),
    ]);
    for (const output of outputs) expect((await output.data()).every(Number.isNaN)).toBe(true);
    dispose(outputs);
  });

  test('a GPT trains on them as it does without', async () => {
    const gpt = createGpt({ vocabSize: 11, maxPositions: 20, dModel: 24, numLayers: 2, numHeads: 3, dropout: 0 });
    initialize(gpt, { seed: 3 });
    const tokenIds = [Array.from({ length: 18 }, (_, i) => (3 * i) % 11), Array(18).fill(4)];
    const parameters = [...namedParameters(gpt).values()].map(({ variable }) => variable);
    const results = async () => {
      const { value, grads } = tidy(() => variableGrads(() => gpt.loss({ tokenIds }).total as Scalar, parameters));
      const made = [value, ...parameters.map(({ name }) => grads[name]!)];
      const numbers = await Promise.all(made.map(async (tensor) => [...(await tensor.data())]));
      dispose(made);
      return numbers;
    };
    const composed = await results();
    await registerWebgpuKernels();
    expectClose(await results(), composed);
  });

  describe('registerWebgpuKernels', () => {
    test('registers once, says nothing when it is called again, and is undone by unregisterWebgpuKernels', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      expect(await registerWebgpuKernels()).toBe(true);
      expect(await registerWebgpuKernels()).toBe(true);
      expect(hasKernel('SesameAttention')).toBe(true);
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
      unregisterWebgpuKernels();
      expect(hasKernel('SesameAttention')).toBe(false);
      unregisterWebgpuKernels();
    });

    test('is what selectBackend calls with kernels: true, and only then', async () => {
      await selectBackend('webgpu');
      expect(hasKernel('SesameAttention')).toBe(false);
      await selectBackend('webgpu', { kernels: true });
      expect(hasKernel('SesameAttention')).toBe(true);
      await selectBackend('webgpu');
      expect(hasKernel('SesameAttention')).toBe(true); // nothing was said about them
      await selectBackend('webgpu', { kernels: false });
      expect(hasKernel('SesameAttention')).toBe(false);
    });

    test('leaves a kernel that somebody else registered, also when the others go', async () => {
      const kernelFunc = () => {
        throw new Error('not called');
      };
      registerKernel({ kernelName: 'SesameGelu', backendName: 'webgpu', kernelFunc });
      await registerWebgpuKernels();
      expect(getKernel('SesameGelu', 'webgpu').kernelFunc).toBe(kernelFunc);
      unregisterWebgpuKernels();
      expect(getKernel('SesameGelu', 'webgpu').kernelFunc).toBe(kernelFunc);
      unregisterKernel('SesameGelu', 'webgpu');
    });

    test('warns once where tfjs has no way to run shaders, or runs them otherwise, and leaves the compositions', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const running = backend() as unknown as {
        runWebGPUProgram?: unknown;
        makeTensorInfo(...values: unknown[]): unknown;
      };
      const others = [undefined, () => running.makeTensorInfo([8], 'float32', new Float32Array(8))];
      for (const other of others) {
        running.runWebGPUProgram = other; // hides the method of the class
        const before = memory().numTensors;
        expect(await registerWebgpuKernels()).toBe(false);
        delete running.runWebGPUProgram;
        expect(memory().numTensors).toBe(before);
        expect(hasKernel('SesameAttention')).toBe(false);
      }
      expect(warn.mock.calls).toHaveLength(1);
      expect(warn.mock.calls[0]![0]).toMatch(/webgpu kernels are not used.*4\.22/);
      warn.mockRestore();
    });
  });
});

test.runIf(getBackend() !== 'webgpu')('registerWebgpuKernels asks for the webgpu backend first', async () => {
  await expect(registerWebgpuKernels()).rejects.toThrow(BackendError);
  await expect(registerWebgpuKernels()).rejects.toThrow(/Select webgpu first: await selectBackend\('webgpu'\)/);
});
