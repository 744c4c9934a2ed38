import { grads, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { generateStream } from 'sesame-nlp/generation';
import { createGpt, type Gpt, gptPresets } from 'sesame-nlp/models';
import { initialize, RandomStream } from 'sesame-nlp/nn';
import { attention, type EncodedMatrix, encodeInt8, geluTanh, layerNorm, linear } from 'sesame-nlp/ops';
import { sample } from './timing.js';

/** What is timed, once with the kernels and once without. */
export interface Case {
  readonly name: string;
  /** Milliseconds. */
  time(): Promise<number>;
  /** What it computes, to see that both compute the same. */
  readonly output?: () => Tensor;
}

/** Sizes of the model whose shapes the ops have. */
interface Shape {
  readonly dModel: number;
  readonly numHeads: number;
  readonly context: number;
}

const random = new RandomStream(1);
const numbers = (...shape: number[]) =>
  Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => random.nextNormal());
const normal = (...shape: number[]) => tensor(numbers(...shape), shape);

/** A case of an op, and of its gradients. */
function opCases(name: string, op: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): Case[] {
  const forward = () => op(...inputs);
  const dy = forward();
  const backward = () => grads(op)(inputs, dy)[0]!;
  return [
    { name, time: () => sample(forward), output: forward },
    { name: `${name}, with gradients`, time: () => sample(backward), output: backward },
  ];
}

/** Each op that has a kernel, in the shapes of a model. */
export function ops({ dModel, numHeads, context }: Shape): Case[] {
  const headSize = dModel / numHeads;
  const heads = (time: number) => normal(1, numHeads, time, headSize);
  const [weight, bias] = [normal(dModel), normal(dModel)];
  const causal = (query: Tensor, key: Tensor, value: Tensor) => attention(query, key, value, { causal: true });
  const expand = [normal(dModel, 4 * dModel), normal(4 * dModel)] as const;
  const feed = (x: Tensor, weight: Tensor | EncodedMatrix, bias: Tensor) =>
    linear(x, weight, bias, { activation: geluTanh });
  const token = normal(1, dModel);
  const { matrix } = encodeInt8(numbers(dModel, 4 * dModel), { shape: [dModel, 4 * dModel], outputAxis: 1 });
  const oneRow = () => feed(token, ...expand);
  const oneRowOfBytes = () => feed(token, matrix, expand[1]);
  return [
    ...[context / 4, context].flatMap((time) =>
      opCases(`attention, ${time} tokens`, (query, key, value) => causal(query!, key!, value!), [
        heads(time),
        heads(time),
        heads(time),
      ]),
    ),
    ...opCases(`attention, 1 token after ${context}`, (query, key, value) => causal(query!, key!, value!), [
      heads(1),
      heads(context),
      heads(context),
    ]).slice(0, 1),
    ...[1, context].flatMap((rows) =>
      opCases(`layerNorm, ${rows} x ${dModel}`, (x, weight, bias) => layerNorm(x!, weight!, bias!), [
        normal(rows, dModel),
        weight,
        bias,
      ]),
    ),
    ...opCases(`geluTanh, ${context} x ${4 * dModel}`, (x) => geluTanh(x!), [normal(context, 4 * dModel)]),
    ...opCases(`linear and geluTanh, ${context} rows`, (x, weight, bias) => feed(x!, weight!, bias!), [
      normal(context, dModel),
      ...expand,
    ]).slice(0, 1),
    { name: 'linear and geluTanh, 1 row', time: () => sample(oneRow), output: oneRow },
    { name: 'linear and geluTanh, 1 row, 8-bit weights', time: () => sample(oneRowOfBytes), output: oneRowOfBytes },
  ];
}

/** A whole model: a prompt, and the tokens after it, which 8-bit weights are for too. */
export async function* writing(quick: boolean): AsyncGenerator<Case> {
  const gpt = createGpt({ ...(quick ? gptPresets.mini : gptPresets.gpt2), dropout: 0 });
  initialize(gpt, { seed: 1 });
  const prompt = Int32Array.from({ length: quick ? 64 : 256 }, (_, i) => (31 * i) % gpt.config.vocabSize);
  const read = () => gpt.call({ tokenIds: [prompt] }).logits;
  const token = () => timeToken(gpt, prompt, quick ? 4 : 16);
  yield { name: `GPT, reading ${prompt.length} tokens`, time: () => sample(read), output: read };
  yield { name: `GPT, a token after ${prompt.length}`, time: token };
  await gpt.quantize('int8');
  yield { name: `GPT, a token after ${prompt.length}, 8-bit weights`, time: token, output: read };
}

/** Milliseconds a token, after the first, which reads the prompt. */
async function timeToken(gpt: Gpt, prompt: Int32Array, tokens: number): Promise<number> {
  const times: number[] = [];
  const options = { maxNewTokens: tokens + 1, temperature: 0 };
  for await (const _ of generateStream(gpt, prompt, options)) times.push(performance.now());
  return (times[times.length - 1]! - times[0]!) / (times.length - 1);
}
