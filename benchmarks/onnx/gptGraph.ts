import type { GptConfig } from 'sesame-nlp/models';
import { OnnxGraph, type Value } from './onnxGraph.js';
import type { Pieces } from './protobuf.js';
import { type Precision, TransformerGraph, type Weights } from './transformerGraph.js';

/** Where a key may not be seen; added to scores. */
const HIDDEN = -1e9;

/**
 * A GPT-2 with past keys and values, inputs and outputs named as in Hugging Face's export. The logits are those of the
 * last place only, which is all that generation asks for.
 *
 * @param weights the parameters of a model made by `createGpt`, by path
 */
export function gptGraph(config: GptConfig, weights: Weights, precision: Precision): Pieces {
  const { dModel, numLayers, numHeads, vocabSize, normEpsilon } = config;
  const shape = { dModel, numHeads };
  const headSize = dModel / numHeads;
  const graph = new OnnxGraph('gpt2');
  const writer = new TransformerGraph(graph, weights, precision);

  const tokenIds = graph.input('input_ids', 'int64', ['batch', 'time']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'total']);
  const positionIds = graph.input('position_ids', 'int64', ['batch', 'time']);
  const past = Array.from({ length: numLayers }, (_, layer) => {
    const cached = (kind: string) =>
      graph.input(`past_key_values.${layer}.${kind}`, 'float', ['batch', numHeads, 'past', headSize]);
    return { key: cached('key'), value: cached('value') };
  });

  const bias = causalBias(graph, tokenIds, mask);
  let x = graph.node('Add', [
    writer.embedding(tokenIds, 'backbone.tokenEmbedding'),
    writer.embedding(positionIds, 'backbone.positionEmbedding.embedding'),
  ]);
  for (const [layer, { key, value }] of past.entries()) {
    const path = `backbone.decoder.blocks.${layer}`;
    const normed = writer.layerNorm(x, `${path}.attentionNorm`, normEpsilon);
    const maps = ['query', 'key', 'value'].map((name) => `${path}.attention.${name}`) as [string, string, string];
    const [q, k, v] = graph.nodes('Split', [writer.linear(normed, ...maps)], 3, { axis: -1, num_outputs: 3 }) as [
      Value,
      Value,
      Value,
    ];
    const keys = graph.node('Concat', [key, writer.heads(k, shape)], { axis: 2 });
    const values = graph.node('Concat', [value, writer.heads(v, shape)], { axis: 2 });
    const context = writer.attention({ query: writer.heads(q, shape), key: keys, value: values, bias }, shape);
    x = graph.node('Add', [x, writer.linear(context, `${path}.attention.output`)]);
    const expanded = writer.linear(
      writer.layerNorm(x, `${path}.feedForwardNorm`, normEpsilon),
      `${path}.feedForward.expand`,
    );
    x = graph.node('Add', [x, writer.linear(writer.gelu(expanded, 'tanh'), `${path}.feedForward.contract`)]);
    const cache = ['batch', numHeads, 'total', headSize];
    graph.output(`present.${layer}.key`, keys, 'float', cache);
    graph.output(`present.${layer}.value`, values, 'float', cache);
  }

  const last = graph.node('Gather', [x, graph.scalar(-1, 'int64')], { axis: 1 }); // [batch, dModel]
  const table = 'backbone.tokenEmbedding.weight';
  const logits = writer.product(
    writer.layerNorm(last, 'backbone.decoder.finalNorm', normEpsilon),
    table,
    writer.weight(table),
    true,
  );
  graph.output('logits', graph.node('Unsqueeze', [logits, graph.integers(1)]), 'float', ['batch', 1, vocabSize]);
  return graph.file();
}

/** [batch, 1, time, total]: 0 where a place may be seen, HIDDEN where it is padding or in the future. */
function causalBias(graph: OnnxGraph, tokenIds: Value, mask: Value): Value {
  const [zero, one] = [graph.scalar(0, 'int64'), graph.scalar(1, 'int64')];
  const length = (value: Value) => graph.node('Gather', [graph.node('Shape', [value]), one]);
  const [time, total] = [length(tokenIds), length(mask)];
  const keys = graph.node('Range', [zero, total, one]); // [total]
  const queries = graph.node('Unsqueeze', [
    graph.node('Range', [graph.node('Sub', [total, time]), total, one]),
    graph.integers(1),
  ]); // [time, 1]
  const present = graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: 9 }), graph.integers(1, 2)]);
  const visible = graph.node('And', [graph.node('LessOrEqual', [keys, queries]), present]);
  return graph.node('Where', [visible, graph.scalar(0), graph.scalar(HIDDEN)]);
}
