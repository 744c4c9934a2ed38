// A GPT of GPT-2's shape reads a prompt and writes on from it, in 32-bit and in 8-bit weights.
import { type GptPreset, gptPresets } from 'sesame-nlp/models';
import { type Contender, inWords } from '../harness/contender.js';
import { limit } from '../harness/limit.js';
import { onnxPeers } from '../harness/onnxPeers.js';
import { ours, stockOps } from '../harness/ours.js';
import type { Suite } from '../harness/suite.js';
import { modelFolder } from '../models/modelFolder.js';
import type { Precision } from '../onnx/transformerGraph.js';
import { raceContexts } from './contexts.js';

/** What the programs of all contenders are told. */
export interface GenerateSetup {
  readonly folder: string;
  readonly precision: Precision;
  readonly threads: number;
  /** Tokens of the prompt. */
  readonly promptLength: number;
  /** Tokens to write, the first of which ends the reading of the prompt. */
  readonly newTokens: number;
}

/** The suite `generate`. */
export const generate: Suite = async (options) => {
  const { quick, threads, models, run } = options;
  const gpt2 = { ...gptPresets.gpt2, ...(quick && { numLayers: 2 }) };
  const sizes = { promptLength: 256, newTokens: quick ? 9 : 33 };
  const folder = await modelFolder(models, 'gpt2', { kind: 'gpt', options: gpt2, onnx: ['float32', 'int8'] });
  for (const count of threads) {
    for (const precision of ['float32', 'int8'] as const) {
      await run({
        id: `generate-${precision}-${count}`,
        title: `GPT-2 small${quick ? ', 2 of its 12 layers' : ''}, ${precision}, ${inWords(count)}: reading ${sizes.promptLength} tokens, writing ${sizes.newTokens}`,
        contenders: [
          ...contenders({ folder, precision, threads: count, ...sizes }),
          ...(count === 1 ? [limit({ write: leastWork(gpt2, precision, sizes.promptLength) })] : []),
        ],
        tasks: ['write'],
        warmUp: true,
        measures: [
          { name: 'prefill', label: `read ${sizes.promptLength} tokens`, unit: 'ms' },
          { name: 'decode', label: 'write a token', unit: 'tokens/s', work: 1 },
        ],
        tolerance: precision === 'int8' ? 0.15 : 0.014,
      });
    }
  }
  await raceGptTfjs(options);
  await raceContexts(options);
};

/** Reading takes a product of each weight with each token, writing takes each weight from memory for each token. */
function leastWork({ vocabSize, dModel, numLayers }: GptPreset, precision: Precision, tokens: number) {
  const [ofBlocks, ofHead] = [12 * numLayers * dModel ** 2, vocabSize * dModel];
  const decode = { bytes: (precision === 'int8' ? 1 : 4) * (ofBlocks + ofHead) };
  return precision === 'int8' ? { decode } : { prefill: { flops: 2 * (tokens * ofBlocks + ofHead) }, decode };
}

function contenders(setup: GenerateSetup): Contender[] {
  const { precision, threads } = setup;
  const program = 'generate/contenders/sesame.ts';
  return [
    ours(program, setup, threads),
    ...(precision === 'float32' && threads === 1 ? [stockOps(program, setup)] : []),
    ...onnxPeers('generate', setup),
  ];
}

/**
 * gpt-tfjs has no cache: it reads the whole text again for every token, so a small model has to do, and few tokens of
 * it. The others write more of them, since a few milliseconds say little.
 */
const raceGptTfjs: Suite = async ({ quick, threads, models, run }) => {
  const small = { vocabSize: 65, maxPositions: 256, dModel: 192, numLayers: 6, numHeads: 6, tieEmbeddings: false };
  const folder = await modelFolder(models, 'small', { kind: 'gpt', options: small, onnx: [] });
  const setup = { folder, precision: 'float32', promptLength: 128, newTokens: 33 };
  await run({
    id: 'generate-gpt-tfjs',
    title: `A GPT of 6 layers of 192, 65 characters: writing after ${setup.promptLength}`,
    contenders: [
      ...threads.map((count) => ours('generate/contenders/sesame.ts', setup, count)),
      stockOps('generate/contenders/sesame.ts', setup),
      {
        name: 'gpt-tfjs',
        peer: 'gpt-tfjs',
        threads: 1,
        program: 'generate/contenders/gptTfjs.ts',
        setup: { ...setup, ...small, newTokens: quick ? 4 : 9 },
      },
    ],
    tasks: ['write'],
    warmUp: true,
    measures: [{ name: 'decode', label: 'write a token', unit: 'tokens/s', work: 1 }],
  });
};
