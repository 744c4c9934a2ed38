import type { BertShape } from '../models/bertShape.js';
import { OnnxGraph } from './onnxGraph.js';
import type { Pieces } from './protobuf.js';
import { type Precision, TransformerGraph, type Weights } from './transformerGraph.js';

/** Where a key is padding; added to scores. */
const HIDDEN = -1e9;

/**
 * A BERT encoder, inputs and outputs named as in Hugging Face's export.
 *
 * @param weights the parameters of a `BertEncoder`, by path
 */
export function bertGraph(shape: BertShape, weights: Weights, precision: Precision): Pieces {
  const { dModel, numLayers, normEpsilon } = shape;
  const graph = new OnnxGraph('bert');
  const writer = new TransformerGraph(graph, weights, precision);

  const tokenIds = graph.input('input_ids', 'int64', ['batch', 'time']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'time']);
  const typeIds = graph.input('token_type_ids', 'int64', ['batch', 'time']);

  const present = graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: 9 }), graph.integers(1, 2)]);
  const bias = graph.node('Where', [present, graph.scalar(0), graph.scalar(HIDDEN)]); // [batch, 1, 1, time]
  const time = graph.node('Gather', [graph.node('Shape', [tokenIds]), graph.scalar(1, 'int64')]);
  const places = graph.node('Range', [graph.scalar(0, 'int64'), time, graph.scalar(1, 'int64')]);
  const summed = graph.node('Add', [
    graph.node('Add', [
      writer.embedding(tokenIds, 'tokenEmbedding'),
      writer.embedding(places, 'positionEmbedding.embedding'),
    ]),
    writer.embedding(typeIds, 'typeEmbedding'),
  ]);
  let x = writer.layerNorm(summed, 'norm', normEpsilon);
  for (let layer = 0; layer < numLayers; layer++) {
    const path = `encoder.blocks.${layer}`;
    const head = (name: string) => writer.heads(writer.linear(x, `${path}.attention.${name}`), shape);
    const context = writer.attention({ query: head('query'), key: head('key'), value: head('value'), bias }, shape);
    const attended = graph.node('Add', [x, writer.linear(context, `${path}.attention.output`)]);
    x = writer.layerNorm(attended, `${path}.attentionNorm`, normEpsilon);
    const expanded = writer.gelu(writer.linear(x, `${path}.feedForward.expand`), 'none');
    const transformed = graph.node('Add', [x, writer.linear(expanded, `${path}.feedForward.contract`)]);
    x = writer.layerNorm(transformed, `${path}.feedForwardNorm`, normEpsilon);
  }
  graph.output('last_hidden_state', x, 'float', ['batch', 'time', dModel]);
  return graph.file();
}
