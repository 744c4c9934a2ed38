import {
  type KernelConfig,
  memory,
  registerKernel,
  type TensorInfo,
  type TypedArray,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { adamW, fit } from 'sesame-nlp/training';
import { afterEach, expect, test } from 'vitest';
import { curveBatches, Perceptron, weightsOf } from './models.js';

/** The part of tfjs's cpu backend that a kernel in place needs. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: TypedArray } };
  incRef(dataId: object): void;
}

let calls = 0;

/** Adam over the numbers where they lie: it hands its inputs' data back as its outputs, as tfjs's reshape does. */
const inPlaceAdam: KernelConfig = {
  kernelName: 'SesameAdam',
  backendName: 'cpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    calls++;
    const cpu = backend as unknown as CpuBackend;
    const { value, gradient, firstMoment, secondMoment } = inputs as Record<string, TensorInfo>;
    const numbers = (info: TensorInfo | undefined) => cpu.data.get(info!.dataId).values;
    const [p, gs, m, v] = [numbers(value), numbers(gradient), numbers(firstMoment), numbers(secondMoment)];
    const { beta1, beta2, epsilon, stepSize, keep, penalty, gradientScale } = attrs as Record<string, number>;
    for (let i = 0; i < p.length; i++) {
      const g = gs[i]! * gradientScale! + penalty! * p[i]!;
      m[i] = beta1! * m[i]! + (1 - beta1!) * g;
      v[i] = beta2! * v[i]! + (1 - beta2!) * g * g;
      p[i] = keep! * p[i]! - (stepSize! * m[i]!) / (Math.sqrt(v[i]!) + epsilon!);
    }
    return [value!, firstMoment!, secondMoment!].map((info) => {
      cpu.incRef(info.dataId);
      return { dataId: info.dataId, shape: info.shape, dtype: info.dtype };
    });
  },
};

afterEach(() => {
  if (calls > 0) unregisterKernel('SesameAdam', 'cpu');
  calls = 0;
});

test.runIf(process.env.TFJS_BACKEND === 'cpu')(
  'a kernel that works in place trains as the composed ops do',
  async () => {
    const train = async () => {
      const model = new Perceptron([3, 6, 2]);
      const options = { optimizer: adamW({ learningRate: 0.05, weightDecay: 0.1 }), steps: 8, clipNorm: 0.5 };
      const { losses } = await fit(model, curveBatches(3, 2), options);
      const weights = await weightsOf(model);
      model.dispose();
      return { losses, weights };
    };
    const before = memory().numTensors;
    const composed = await train();
    expect(calls).toBe(0);
    registerKernel(inPlaceAdam);
    const inPlace = await train();
    expect(calls).toBe(8 * 4);
    expect(memory().numTensors).toBe(before);
    for (const [index, loss] of composed.losses.entries()) expect(inPlace.losses[index]).toBeCloseTo(loss, 5);
    for (const [path, values] of Object.entries(composed.weights)) {
      for (const [index, value] of values.entries()) expect(inPlace.weights[path]![index]).toBeCloseTo(value, 5);
    }
  },
);
