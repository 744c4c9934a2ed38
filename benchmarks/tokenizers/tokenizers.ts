// How fast GPT-2's byte-level BPE encodes, beside other libraries that have it, and how long runs of one character take.
//
// Every sample is a process of its own, so that a first pass is one: nothing compiled, no word remembered.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trainByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';
import type { Contender } from '../harness/contender.js';
import { shortNumber } from '../harness/measure.js';
import type { Suite, SuiteOptions } from '../harness/suite.js';
import { type LibraryName, libraries } from './libraries.js';
import { RUN_BYTES, runOf } from './runOf.js';

/** What the program of a library is told: to encode a file, or a run of a character. */
export interface TokenizerSetup {
  readonly library: LibraryName;
  readonly file?: string;
  readonly character?: string;
}

const TEXTS = { english: 'tinyshakespeare/input.txt', chinese: 'tang-poems/poems.txt' } as const;
const CHARACTERS = ['a', ' ', '_', '潮', '7'];
const TRAINED_SIZE = 2000;
/** Seconds after which a library that merges in quadratic time is stopped. */
const LIMIT = { full: 20, quick: 5 };

/** The suite `tokenizers`. */
export const tokenizers: Suite = async (options) => {
  for (const [language, path] of Object.entries(TEXTS)) {
    const file = fileURLToPath(new URL(`../../examples/data/${path}`, import.meta.url));
    const work = statSync(file).size;
    await options.run({
      id: `tokenizers-${language}`,
      title: `Encoding ${path} with GPT-2's vocabulary`,
      contenders: contenders({ file }),
      tasks: ['encode'],
      measures: [
        { name: 'first', label: 'first pass', unit: 'MB/s', work },
        { name: 'warm', label: 'best of three more', unit: 'MB/s', work },
      ],
      fresh: true,
      tolerance: 0,
    });
  }
  await showRuns(options);
};

function contenders(text: Omit<TokenizerSetup, 'library'>): Contender[] {
  return (Object.keys(libraries) as LibraryName[]).map((library) => ({
    name: library,
    threads: 1,
    peer: library === 'sesame-nlp' ? undefined : library,
    program: 'tokenizers/contenders/encode.ts',
    setup: { ...text, library },
  }));
}

/** One megabyte of one character: encoding it, and training on it. */
async function showRuns({ quick, run, show }: SuiteOptions): Promise<void> {
  const characters = quick ? CHARACTERS.slice(0, 1) : CHARACTERS;
  const limit = quick ? LIMIT.quick : LIMIT.full;
  const seconds = new Map<string, string[]>(); // by library, a cell for each character
  const trained: string[] = [];
  const notes: string[] = [];
  for (const character of characters) {
    const { contenders: results } = await run(
      {
        id: `tokenizers-run-${character}`,
        title: `A run of ${JSON.stringify(character)}`,
        contenders: contenders({ character }),
        tasks: ['encode'],
        measures: [{ name: 'first', label: 'first pass', unit: 'ms' }],
        fresh: true,
        rounds: 1,
        limit,
      },
      'hidden',
    );
    for (const { name, problem, times } of results) {
      const late = problem?.startsWith('took longer') ?? false;
      const cell = late ? `> ${limit}` : (times.first?.[0] && shortNumber(times.first[0][0]! / 1000)) || 'fails';
      seconds.set(name, [...(seconds.get(name) ?? []), cell]);
      if (problem !== undefined && !late) notes.push(`${name}, ${JSON.stringify(character)}: ${problem}`);
    }
    const start = performance.now();
    await trainByteLevelBpeTokenizer(runOf(character), { vocabSize: TRAINED_SIZE });
    trained.push(shortNumber((performance.now() - start) / 1000));
  }
  show({
    title: `${RUN_BYTES / 1e6} MB of one character, seconds`,
    header: ['', ...characters.map((character) => JSON.stringify(character))],
    rows: [
      ...[...seconds].map(([name, cells]) => [`encode, ${name}`, ...cells]),
      [`train ${TRAINED_SIZE} tokens, sesame-nlp`, ...trained],
    ],
    notes,
  });
}
