// Attention, encoder and decoder layers and whole stacks against PyTorch, with post- and pre-norm, relu and gelu.
import { dispose, grads, mul, sub, sum, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import {
  FeedForward,
  LayerNorm,
  MultiHeadAttention,
  TransformerBlock,
  TransformerDecoder,
  TransformerEncoder,
} from 'sesame-nlp/layers';
import { type AnyModule, namedParameters, type Parameter } from 'sesame-nlp/nn';
import { gelu, relu } from 'sesame-nlp/ops';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';
import { expectGradient, expectOutput, fromOracle, isGpu, type OracleTensor } from '../support/oracle.js';

type Tensors = Readonly<Record<string, OracleTensor>>;

interface AttentionCase {
  readonly name: string;
  readonly embed_dim: number;
  readonly num_heads: number;
  readonly bias: boolean;
  readonly params: Tensors;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly loss_weights: OracleTensor;
  readonly grads: Tensors;
  readonly input_grads: Tensors;
}

interface LayerCase extends Omit<AttentionCase, 'name' | 'embed_dim' | 'num_heads' | 'bias'> {
  readonly kind: 'encoder-layer' | 'decoder-layer';
  readonly norm_first: boolean;
  readonly activation: 'relu' | 'gelu';
  readonly d_model: number;
  readonly nhead: number;
  readonly dim_feedforward: number;
}

const attentionCases = (await readJsonFixture<{ cases: AttentionCase[] }>('torch/multihead-attention.json')).cases;
const layerCases = (await readJsonFixture<{ cases: LayerCase[] }>('torch/transformer-layers.json')).cases;
const transformer = await readJsonFixture<{
  config: { d_model: number; nhead: number; dim_feedforward: number };
  params: Tensors;
  inputs: Tensors;
  outputs: Tensors;
  loss_weights: OracleTensor;
  grad_norms: Tensors;
}>('torch/transformer.json');

/** Some rows of a stored matrix or vector. */
function rows({ dtype, shape, data }: OracleTensor, start: number, count: number): OracleTensor {
  const width = shape.length === 1 ? 1 : shape[1]!;
  return { dtype, shape: [count, ...shape.slice(1)], data: data.slice(start * width, (start + count) * width) };
}

/** PyTorch stores [out, in], and stacks query, key and value: our name of each part, and how it is stored. */
function stored(tensors: Tensors, dModel: number): Map<string, OracleTensor> {
  const parts = new Map<string, OracleTensor>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const fused = /^(.*)in_proj_(weight|bias)$/.exec(name);
    if (fused === null) parts.set(name, tensor);
    else {
      for (const [index, part] of ['query', 'key', 'value'].entries()) {
        parts.set(`${fused[1]}${part}.${fused[2]}`, rows(tensor, index * dModel, dModel));
      }
    }
  }
  return parts;
}

/** Our path of a parameter. */
function ourName(name: string, decoder: boolean): string {
  const [secondNorm, thirdNorm] = decoder ? ['crossAttentionNorm', 'feedForwardNorm'] : ['feedForwardNorm', ''];
  return name
    .replace(/^(encoder|decoder)\./, '')
    .replace('layers.', 'blocks.')
    .replace('self_attn.', 'attention.')
    .replace('multihead_attn.', 'crossAttention.')
    .replace('out_proj.', 'output.')
    .replace('linear1.', 'feedForward.expand.')
    .replace('linear2.', 'feedForward.contract.')
    .replace('norm1.', 'attentionNorm.')
    .replace('norm2.', `${secondNorm}.`)
    .replace('norm3.', `${thirdNorm}.`)
    .replace(/^norm\./, 'finalNorm.');
}

const isMatrix = (path: string) => path.endsWith('weight') && !/Norm\.weight$/.test(path);

/** Fills a module's parameters; every one of them, and nothing else. */
function load(module: AnyModule, params: Tensors, dModel: number, decoder = false): Map<string, Parameter> {
  const parameters = namedParameters(module);
  const given = new Map([...stored(params, dModel)].map(([name, tensor]) => [ourName(name, decoder), tensor]));
  expect([...given.keys()].sort()).toEqual([...parameters.keys()].sort());
  for (const [path, tensor] of given) {
    const values = tidy(() => (isMatrix(path) ? transpose(fromOracle(tensor)) : fromOracle(tensor)));
    parameters.get(path)!.assign(values);
    values.dispose();
  }
  return parameters;
}

/** Masks are true there where nothing may be seen. */
const keepMask = (mask: OracleTensor): Tensor => tidy(() => sub(1, fromOracle(mask)));

/** Compares the gradients of sum(output * weights) for inputs and parameters. */
async function expectGradients(
  run: (inputs: Tensor[]) => Tensor,
  lossWeights: OracleTensor,
  inputs: Map<string, Tensor>,
  parameters: Map<string, Parameter>,
  expected: { inputs: Tensors; parameters: Map<string, OracleTensor> },
) {
  const variables = [...parameters.values()].map(({ value }) => value);
  const weights = fromOracle(lossWeights);
  const all = grads((...given: Tensor[]) => sum(mul(run(given.slice(0, inputs.size)), weights)))([
    ...inputs.values(),
    ...variables,
  ]);
  const names = [...inputs.keys(), ...parameters.keys()];
  for (const [name, gradient] of Object.entries(expected.inputs))
    await expectGradient(all[names.indexOf(name)]!, gradient);
  for (const [path, gradient] of expected.parameters) {
    const own = all[names.indexOf(path)]!;
    const [ours, theirs] = isMatrix(path) ? [transpose(own), gradient] : [own.clone(), gradient];
    // The keys' bias adds the same to all scores of a query: its gradient is 0 but for rounding.
    if (!path.endsWith('key.bias')) await expectGradient(ours, theirs);
    ours.dispose();
  }
  dispose([all, weights]);
}

describe.each(attentionCases.map((item) => [item.name, item] as const))('MultiHeadAttention, %s', (name, item) => {
  const causal = name === 'self-causal';
  const { embed_dim: dModel, num_heads: numHeads, bias } = item;
  const make = () => {
    const module = new MultiHeadAttention({ dModel, numHeads, causal, bias });
    return { module, parameters: load(module, item.params, dModel) };
  };
  const inputs = () =>
    new Map((causal ? ['query'] : ['query', 'key', 'value']).map((input) => [input, fromOracle(item.inputs[input]!)]));

  test('outputs, weights of each head and gradients equal the reference', async () => {
    const { module, parameters } = make();
    const given = inputs();
    const attentionMask = keepMask(item.inputs.key_padding_mask!);
    const run = ([query, key, value]: Tensor[], outputAttentions = false) =>
      module.call(query!, { key, value, attentionMask, outputAttentions });
    const [plain, shown] = [run([...given.values()]), run([...given.values()], true)];
    await expectOutput(plain.hiddenStates, item.outputs.output!);
    await expectOutput(shown.hiddenStates, item.outputs.output!);
    await expectOutput(shown.attentions!, item.outputs.weights_per_head!);
    for (const outputAttentions of [false, true]) {
      await expectGradients(
        (tensors) => run(tensors, outputAttentions).hiddenStates,
        item.loss_weights,
        given,
        parameters,
        {
          inputs: item.input_grads,
          parameters: new Map([...stored(item.grads, dModel)].map(([key, value]) => [ourName(key, false), value])),
        },
      );
    }
    dispose([plain.hiddenStates, shown.hiddenStates, shown.attentions!, [...given.values()], attentionMask]);
    module.dispose();
  });
});

describe.each(
  layerCases.map(
    (item) => [`${item.kind}, ${item.norm_first ? 'pre' : 'post'}-norm, ${item.activation}`, item] as const,
  ),
)('TransformerBlock as %s', (_, item) => {
  test('outputs and gradients equal the reference', async () => {
    const { d_model: dModel, nhead: numHeads, dim_feedforward: dFeedForward } = item;
    const decoder = item.kind === 'decoder-layer';
    const module = new TransformerBlock({
      attention: new MultiHeadAttention({ dModel, numHeads, causal: decoder }),
      crossAttention: decoder ? new MultiHeadAttention({ dModel, numHeads }) : undefined,
      feedForward: new FeedForward({ dModel, dFeedForward, activation: { relu, gelu }[item.activation] }),
      norm: () => new LayerNorm(dModel),
      normPlacement: item.norm_first ? 'pre' : 'post',
    });
    const parameters = load(module, item.params, dModel, decoder);
    const inputs = new Map(
      (decoder ? ['tgt', 'memory'] : ['src']).map((name) => [name, fromOracle(item.inputs[name]!)]),
    );
    const mask = keepMask(item.inputs[decoder ? 'memory_key_padding_mask' : 'src_key_padding_mask']!);
    const run = ([x, memory]: Tensor[]) =>
      module.call(x!, decoder ? { memory, memoryMask: mask } : { attentionMask: mask }).hiddenStates;
    const output = run([...inputs.values()]);
    await expectOutput(output, item.outputs.output!);
    await expectGradients(run, item.loss_weights, inputs, parameters, {
      inputs: item.input_grads,
      parameters: new Map([...stored(item.grads, dModel)].map(([key, value]) => [ourName(key, decoder), value])),
    });
    dispose([output, [...inputs.values()], mask]);
    module.dispose();
  });
});

test('TransformerEncoder and TransformerDecoder together equal the reference, with the norm of every gradient', async () => {
  const { d_model: dModel, nhead: numHeads, dim_feedforward: dFeedForward } = transformer.config;
  const config = { dModel, numHeads, dFeedForward, numLayers: 2, normPlacement: 'post', finalNorm: true } as const;
  const encoder = new TransformerEncoder({ ...config, activation: relu });
  const decoder = new TransformerDecoder({ ...config, activation: relu, crossAttention: true });
  const of = (side: string, tensors: Tensors) =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith(side)));
  const encoderParameters = load(encoder, of('encoder', transformer.params), dModel);
  const decoderParameters = load(decoder, of('decoder', transformer.params), dModel, true);

  const [src, tgt] = [fromOracle(transformer.inputs.src!), fromOracle(transformer.inputs.tgt!)];
  const mask = keepMask(transformer.inputs.src_key_padding_mask!);
  const weights = fromOracle(transformer.loss_weights);
  const run = () => {
    const memory = encoder.call(src, { attentionMask: mask }).hiddenStates;
    return decoder.call(tgt, { memory, memoryMask: mask }).hiddenStates;
  };
  const output = tidy(run);
  await expectOutput(output, transformer.outputs.output!);

  const all = new Map<string, Parameter>([
    ...[...encoderParameters].map(([path, parameter]) => [`encoder.${path}`, parameter] as const),
    ...[...decoderParameters].map(([path, parameter]) => [`decoder.${path}`, parameter] as const),
  ]);
  const gradients = grads(() => sum(mul(run(), weights)))([...all.values()].map(({ value }) => value));
  const squares = await Promise.all(
    gradients.map(async (gradient) =>
      (await gradient.data<'float32'>()).reduce((total, value) => total + value ** 2, 0),
    ),
  );
  const paths = [...all.keys()];
  for (const [name, { data }] of Object.entries(transformer.grad_norms)) {
    const side = name.slice(0, name.indexOf('.'));
    const own = `${side}.${ourName(name, side === 'decoder')}`;
    const parts = /in_proj_(weight|bias)$/.test(name)
      ? ['query', 'key', 'value'].map((part) => own.replace('in_proj_', `${part}.`))
      : [own];
    const norm = Math.sqrt(parts.reduce((total, path) => total + squares[paths.indexOf(path)]!, 0));
    expect(Math.abs(norm - Number(data[0])), name).toBeLessThanOrEqual((isGpu() ? 5e-3 : 1e-3) * Number(data[0]));
  }
  dispose([output, src, tgt, mask, weights, gradients]);
  encoder.dispose();
  decoder.dispose();
});
