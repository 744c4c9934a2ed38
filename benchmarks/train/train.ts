// Training steps, forward, backward and AdamW, of a GPT that starts from the same weights everywhere.
import type { GptOptions } from 'sesame-nlp/models';
import type { Contender } from '../harness/contender.js';
import { limit } from '../harness/limit.js';
import { ours, stockOps } from '../harness/ours.js';
import type { Peer } from '../harness/peers.js';
import type { Suite } from '../harness/suite.js';
import { modelFolder } from '../models/modelFolder.js';
import { showGrid, workOf } from './grid.js';
import { RECIPE, type Recipe, trainingRows } from './recipe.js';

/** The sizes of the GPT that is trained. Its output layer is one of its own, as in all peers. */
export interface TrainShape extends GptOptions {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly dModel: number;
  readonly numLayers: number;
  readonly numHeads: number;
}

/** What the programs of all contenders are told. */
export interface TrainSetup {
  /** Of the weights to start from, as `savePretrained` writes them. */
  readonly folder: string;
  readonly shape: TrainShape;
  readonly recipe: Recipe;
  /** [batch, time + 1]: what is read and, one place on, what is to be predicted. */
  readonly rows: readonly (readonly number[])[];
  readonly threads: number;
}

const SHAPE: TrainShape = {
  vocabSize: 65,
  maxPositions: 128,
  dModel: 192,
  numLayers: 6,
  numHeads: 6,
  dropout: 0,
  tieEmbeddings: false,
};

/** The suite `train`. */
export const train: Suite = async (options) => {
  const { quick, threads, models, run } = options;
  const folder = await modelFolder(models, 'train', { kind: 'gpt', options: SHAPE, onnx: [] });
  const [batch, time] = [quick ? 2 : 8, SHAPE.maxPositions];
  const setup = { folder, shape: SHAPE, recipe: RECIPE, rows: trainingRows(batch, time, SHAPE.vocabSize) };
  const peer = (name: Peer, program: string, count = 1): Contender => ({
    name,
    peer: name,
    threads: count,
    program,
    setup: { ...setup, threads: count },
  });
  await run({
    id: 'train',
    title: `A training step: 6 layers of ${SHAPE.dModel}, ${SHAPE.vocabSize} characters, ${batch} texts of ${time}`,
    contenders: [
      ...threads.map((count) => ours('train/contenders/sesame.ts', setup, count)),
      stockOps('train/contenders/sesame.ts', setup),
      limit({ step: { step: { flops: workOf({ dModel: SHAPE.dModel, time, batch }) } } }),
      peer('gpt-tfjs', 'train/contenders/gptTfjs.ts'),
      peer('@jax-js/jax', 'train/contenders/jax.ts'),
      ...threads.map((count) => peer('torch', 'train/contenders/torchTrainer.py', count)),
    ],
    tasks: ['step'],
    measures: [{ name: 'step', label: 'a step', unit: 'ms' }],
    tolerance: 0.002, // of losses, which are close to each other whatever is computed
  });
  await showGrid(options);
};
