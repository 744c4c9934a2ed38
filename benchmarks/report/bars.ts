// What the library promises beside each peer, and whether the last runs bear it out.
import { idOf, inWords } from '../harness/contender.js';
import { LIMIT } from '../harness/limit.js';
import type { RaceResult } from '../harness/results.js';
import { median, ratios, type Spread, spread } from '../harness/statistics.js';

/** One side of a comparison. */
interface Side {
  readonly race: string;
  readonly name: string;
  readonly threads: number;
}

/** A ratio of times that is promised: theirs, divided by ours. */
interface Bar {
  readonly against: string;
  readonly what: string;
  readonly measure: string;
  readonly ours: Side;
  readonly theirs: Side;
  /** The ratio that must be reached; none where only the goal is set. */
  readonly bar?: number;
  /** The ratio that is hoped for. */
  readonly goal?: number;
}

/** A bar with what was measured. */
export interface CheckedBar extends Pick<Bar, 'against' | 'what' | 'bar' | 'goal'> {
  /** Undefined where one of the sides was not measured. */
  readonly ratio: Spread | undefined;
}

/** A comparison within one race; a single number of threads is that of both sides. */
function within(
  race: string,
  measure: string,
  against: string,
  what: string,
  threads: number | readonly [ours: number, theirs: number],
  promise: Pick<Bar, 'bar' | 'goal'>,
): Bar {
  const [ourThreads, theirThreads] = typeof threads === 'number' ? [threads, threads] : threads;
  return {
    against,
    what: `${what}, ${inWords(ourThreads)}`,
    measure,
    ours: { race, name: 'sesame-nlp', threads: ourThreads },
    theirs: { race, name: against, threads: theirThreads },
    ...promise,
  };
}

const STOCK = 'stock tfjs ops';
const WEB = 'onnxruntime-web';
const NODE = 'onnxruntime-node';
const TRANSFORMERS = '@huggingface/transformers';
const JAX = '@jax-js/jax';
const EITHER = [1, 2] as const;

const BARS: readonly Bar[] = [
  within('kernels', 'product', STOCK, 'matrix product', 1, { bar: 1.25 }),
  within('kernels', 'scores', STOCK, 'batched product, B transposed', 1, { bar: 15 }),
  within('kernels', 'weightGradient', STOCK, 'product, A transposed', 1, { bar: 15 }),
  within('kernels', 'attentionBackward', STOCK, 'attention with backward', 1, { bar: 15 }),
  within('kernels', 'product', LIMIT, 'matrix product', 1, { goal: 0.8 }),
  within('generate-float32-1', 'prefill', STOCK, 'GPT-2 reads', 1, { bar: 2.6 }),
  within('generate-float32-1', 'decode', STOCK, 'GPT-2 writes', 1, { bar: 3 }),

  within('train', 'step', 'gpt-tfjs', 'training step', [1, 1], { bar: 20, goal: 25 }),
  within('train', 'step', 'gpt-tfjs', 'training step', [2, 1], { bar: 35, goal: 45 }),
  within('generate-gpt-tfjs', 'decode', 'gpt-tfjs', 'small GPT writes', 1, { bar: 100 }),

  ...EITHER.flatMap((threads) => [
    within(`encode-float32-${threads}`, '1', WEB, 'BERT-base, 1 text', threads, { bar: 1.3, goal: 1.5 }),
    within(`encode-float32-${threads}`, '8', WEB, 'BERT-base, 8 texts', threads, { bar: 1.3, goal: 1.5 }),
    within(`generate-float32-${threads}`, 'prefill', WEB, 'GPT-2 reads', threads, { bar: 1.6 }),
    within(`generate-float32-${threads}`, 'decode', WEB, 'GPT-2 writes', threads, { bar: 1.7 }),
    within(`generate-int8-${threads}`, 'decode', WEB, 'GPT-2 writes, int8', threads, { bar: threads === 1 ? 4 : 3 }),
    within(`generate-int8-${threads}`, 'prefill', WEB, 'GPT-2 reads, int8', threads, { goal: 1 }),
  ]),

  within('generate-float32-1', 'decode', NODE, 'GPT-2 writes', 1, { bar: 1.1 }),
  within('generate-float32-2', 'decode', NODE, 'GPT-2 writes', 2, { bar: 1 }),
  ...EITHER.map((threads) =>
    within(`generate-int8-${threads}`, 'decode', NODE, 'GPT-2 writes, int8', threads, { bar: 1.5 }),
  ),
  ...EITHER.flatMap((threads) => [
    againstFloat32('generate', 'prefill', 'GPT-2 reads, our int8 beside its float32', threads),
    againstFloat32('encode', '8', 'BERT-base, 8 texts, our int8 beside its float32', threads),
  ]),

  ...EITHER.map((threads) =>
    within(`generate-float32-${threads}`, 'decode', TRANSFORMERS, 'GPT-2 writes', threads, { bar: 1, goal: 1.2 }),
  ),

  within('kernels', 'product', JAX, 'matrix product', 1, { bar: 2 }),
  within('kernels', 'scores', JAX, 'batched product, B transposed', 1, { bar: 2 }),
  within('kernels', 'weightGradient', JAX, 'product, A transposed', 1, { bar: 2 }),
  within('train', 'step', JAX, 'training step', 1, { bar: 3, goal: 4 }),

  within('tokenizers-english', 'first', 'gpt-tokenizer', 'GPT-2 vocabulary, English, first pass', 1, { bar: 1.5 }),
  within('tokenizers-chinese', 'first', 'tiktoken', 'GPT-2 vocabulary, Chinese, first pass', 1, { bar: 1, goal: 2 }),
  within('tokenizers-english', 'first', 'tiktoken', 'GPT-2 vocabulary, English, first pass', 1, { goal: 2 }),
  ...(['english', 'chinese'] as const).flatMap((language) =>
    ['gpt-tokenizer', 'js-tiktoken', 'tiktoken', '@huggingface/tokenizers'].map((library) =>
      within(`tokenizers-${language}`, 'warm', library, `GPT-2 vocabulary, ${nameOf(language)}, warm`, 1, { bar: 1 }),
    ),
  ),
  // There is no WordPiece to measure yet: the bar stands as not measured.
  within('tokenizers-bert', 'warm', '@huggingface/tokenizers', 'BERT vocabulary', 1, { bar: 5, goal: 10 }),

  within('train', 'step', 'torch', 'training step', 1, { bar: 0.38 }),
  within('train', 'step', 'torch', 'training step', 2, { goal: 0.8 }),
];

/** Our 8-bit weights beside the native build's 32-bit ones: two races of one run. */
function againstFloat32(suite: string, measure: string, what: string, threads: number): Bar {
  const bar = within(`${suite}-float32-${threads}`, measure, NODE, what, threads, { goal: 0.7 });
  return { ...bar, ours: { ...bar.ours, race: `${suite}-int8-${threads}` } };
}

function nameOf(language: 'english' | 'chinese'): string {
  return language === 'english' ? 'English' : 'Chinese';
}

/** Every bar, with what the races measured. */
export function checkBars(races: readonly RaceResult[]): CheckedBar[] {
  const samples = ({ race, ...contender }: Side, measure: string) =>
    races.find(({ id }) => id === race)?.contenders.find((other) => idOf(other) === idOf(contender))?.times[measure];
  return BARS.map(({ against, what, measure, ours, theirs, ...promise }) => {
    const [our, their] = [samples(ours, measure) ?? [], samples(theirs, measure) ?? []];
    if (our.length === 0 || their.length === 0) return { against, what, ...promise, ratio: undefined };
    // Rounds of two races do not belong together.
    const ratio =
      ours.race === theirs.race ? ratios(our, their) : spread(their.map((round) => median(round) / median(our.flat())));
    return { against, what, ...promise, ratio };
  });
}

/** Whether a bar, or a goal, is reached. */
export function verdict({ ratio, bar, goal }: CheckedBar): string {
  if (ratio === undefined) return 'not measured';
  if (goal !== undefined && ratio.median >= goal) return 'yes, and the goal';
  if (bar === undefined) return 'goal not reached';
  return ratio.median >= bar ? 'yes' : 'no';
}
