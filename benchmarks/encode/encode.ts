// An encoder of BERT-base's shape reads texts of 128 tokens, one and eight at a time.
import { type Contender, inWords } from '../harness/contender.js';
import { limit } from '../harness/limit.js';
import { onnxPeers } from '../harness/onnxPeers.js';
import { ours, stockOps } from '../harness/ours.js';
import type { Suite } from '../harness/suite.js';
import { bertBase } from '../models/bertShape.js';
import { modelFolder } from '../models/modelFolder.js';
import type { Precision } from '../onnx/transformerGraph.js';

/** What the programs of all contenders are told. */
export interface EncodeSetup {
  readonly folder: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly vocabSize: number;
  /** Tokens of a text. */
  readonly length: number;
  /** How many texts at a time; a task for each number, named after it. */
  readonly batches: readonly number[];
}

/** Tokens of a text. */
const LENGTH = 128;

/** The suite `encode`. */
export const encode: Suite = async ({ quick, threads, models, run }) => {
  const shape = quick ? { ...bertBase, numLayers: 1 } : bertBase;
  const folder = await modelFolder(models, 'bert', { kind: 'bert', shape, onnx: ['float32', 'int8'] });
  const batches = [1, 8];
  for (const precision of ['float32', 'int8'] as const) {
    for (const count of threads) {
      await run({
        id: `encode-${precision}-${count}`,
        title: `BERT-base${quick ? ', 1 of its 12 layers' : ''}, ${precision}, ${inWords(count)}: texts of ${LENGTH} tokens`,
        contenders: [
          ...contenders({
            folder,
            precision,
            threads: count,
            vocabSize: shape.vocabSize,
            length: LENGTH,
            batches,
          }),
          ...(count === 1 && precision === 'float32' ? [limit(leastWork(shape, batches))] : []),
        ],
        warmUp: true,
        tasks: batches.map(String),
        measures: batches.map((batch) => ({
          name: String(batch),
          label: batch === 1 ? '1 text' : `${batch} texts`,
          unit: 'ms',
        })),
        tolerance: precision === 'int8' ? 0.15 : 0.014,
      });
    }
  }
};

/** A product of each weight of the layers with each token. */
function leastWork({ dModel, numLayers }: { dModel: number; numLayers: number }, batches: readonly number[]) {
  const flops = (batch: number) => 2 * batch * LENGTH * 12 * numLayers * dModel ** 2;
  return Object.fromEntries(batches.map((batch) => [String(batch), { [String(batch)]: { flops: flops(batch) } }]));
}

function contenders(setup: EncodeSetup): Contender[] {
  const { precision, threads } = setup;
  const program = 'encode/contenders/sesame.ts';
  return [
    ours(program, setup, threads),
    ...(precision === 'float32' && threads === 1 ? [stockOps(program, setup)] : []),
    ...onnxPeers('encode', setup),
  ];
}
