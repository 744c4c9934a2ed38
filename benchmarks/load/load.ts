// From nothing to the first token: loading models from files, and the most memory that it takes.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gptPresets } from 'sesame-nlp/models';
import type { Contender } from '../harness/contender.js';
import type { Measure } from '../harness/measure.js';
import { onnxPeers } from '../harness/onnxPeers.js';
import { ours, stockOps } from '../harness/ours.js';
import type { Suite, SuiteOptions } from '../harness/suite.js';
import { modelFolder } from '../models/modelFolder.js';
import type { Precision } from '../onnx/transformerGraph.js';

/** What the programs of all contenders are told. */
export interface LoadSetup {
  readonly folder: string;
  readonly precision: Precision;
  readonly threads: number;
  /** Tokens that ours writes after the first, so that the peak of memory has room for it. */
  readonly newTokens: number;
}

/** What the program that times a start is told. */
export interface StartSetup {
  /** The library as it is packed: what a program that installed it imports. */
  readonly library: string;
  /** A saved model, or undefined for one with random weights. */
  readonly folder?: string;
}

const NEW_TOKENS = 8;
const MEASURES: readonly Measure[] = [
  { name: 'load', label: 'to the first token', unit: 'ms' },
  { name: 'decode', label: 'a token after it', unit: 'tokens/s', work: 1 },
];

/** The suite `load`. */
export const load: Suite = async (options) => {
  const { quick, models, run } = options;
  for (const name of quick ? (['gpt2'] as const) : (['gpt2', 'gpt2-medium'] as const)) {
    const size = quick ? { ...gptPresets[name], numLayers: 2 } : gptPresets[name];
    const folder = await modelFolder(models, name, { kind: 'gpt', options: size, onnx: ['float32', 'int8'] });
    const rounded = await modelFolder(models, `${name}-int8`, {
      kind: 'gpt',
      options: size,
      precision: 'int8',
      onnx: [],
    });
    for (const precision of ['float32', 'int8'] as const) {
      await run({
        id: `load-${name}-${precision}`,
        title: `${name}${quick ? ', 2 of its 12 layers' : ''}, ${precision}: from an empty process to a first token`,
        contenders: contenders({ folder, precision, threads: 1, newTokens: NEW_TOKENS }, rounded),
        tasks: ['load'],
        measures: MEASURES,
        fresh: true,
      });
    }
  }
  if (!quick) await raceLarge(options);
  await raceStart(options);
};

/** @param rounded the folder of the model as it is saved after `quantize` */
function contenders(setup: LoadSetup, rounded: string): Contender[] {
  const program = 'load/contenders/sesame.ts';
  const own =
    setup.precision === 'float32'
      ? [ours(program, setup, 1), stockOps(program, setup)]
      : [ours(program, { ...setup, folder: rounded }, 1), ours(program, setup, 1, ', rounding floats')];
  return [...own, ...onnxPeers('load', setup)];
}

/** GPT-2 large: 774 million parameters, of which floats alone would fill the heap that wasm has. */
async function raceLarge({ models, run }: SuiteOptions): Promise<void> {
  const size = { ...gptPresets.gpt2, dModel: 1280, numLayers: 36, numHeads: 20 };
  const folder = await modelFolder(models, 'gpt2-large', { kind: 'gpt', options: size, precision: 'int8', onnx: [] });
  const setup: LoadSetup = { folder, precision: 'int8', threads: 1, newTokens: NEW_TOKENS };
  await run({
    id: 'load-gpt2-large-int8',
    title: 'gpt2-large, saved in int8: from an empty process to a first token',
    contenders: [ours('load/contenders/sesame.ts', setup, 1)],
    tasks: ['load'],
    measures: MEASURES,
    fresh: true,
  });
}

/** How long a program waits that imports the library, makes a small model and asks for a token. */
async function raceStart({ models, run }: SuiteOptions): Promise<void> {
  const folder = await modelFolder(models, 'mini', { kind: 'gpt', options: gptPresets.mini, onnx: [] });
  const root = fileURLToPath(new URL('../../', import.meta.url));
  await promisify(execFile)('npm', ['run', '-s', 'build'], { cwd: root });
  const contender = (name: string, setup: StartSetup): Contender => ({
    name,
    threads: 1,
    program: 'load/contenders/start.mjs',
    setup,
  });
  await run({
    id: 'load-start',
    title: 'gptPresets.mini in Node: from `import` to the first token',
    contenders: [
      contender('sesame-nlp, a saved model', { library: `${root}dist`, folder }),
      contender('sesame-nlp, random weights', { library: `${root}dist` }),
    ],
    tasks: ['start'],
    measures: [
      { name: 'import', label: 'import the library', unit: 'ms' },
      { name: 'start', label: 'import to first token', unit: 'ms' },
    ],
    fresh: true,
  });
}
