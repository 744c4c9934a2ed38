// How fast GPT-2's byte-level BPE encodes, beside other libraries that have it, and how long runs of one character take.
//
//   npx tsx benchmarks/tokenizers.ts [--english FILE] [--chinese FILE] [--rounds 5] [--peers sesame-nlp,gpt-tokenizer]
//
// Every sample is a process of its own, so that a first pass is one: nothing compiled, no word remembered. The peers take
// turns, round by round, and the tables show medians.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { trainByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';
import { median } from './support/median.js';
import { printTable } from './support/table.js';
import { type Peer, peers } from './support/tokenizerPeers.js';

const data = (path: string) => fileURLToPath(new URL(`../examples/data/${path}`, import.meta.url));
const { values } = parseArgs({
  options: {
    english: { type: 'string', default: data('tinyshakespeare/input.txt') },
    chinese: { type: 'string', default: data('tang-poems/poems.txt') },
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: Object.keys(peers).join() },
    /** What a process of one sample is told: the peer, and a file or a character to repeat. */
    sample: { type: 'string' },
    file: { type: 'string' },
    run: { type: 'string' },
  },
});

const WARM_PASSES = 3;
const RUNS = ['a', ' ', '_', '潮', '7'];
/** Bytes of UTF-8. */
const RUN_LENGTH = 1_000_000;
const TRAINED_SIZE = 2000;
/** Seconds after which a peer that merges in quadratic time is stopped. */
const LIMIT = 20;

/** What one process measured. */
interface Sample {
  /** Seconds of each pass. */
  readonly passes: readonly number[];
  /** Of all ids, so that only equal work is compared. */
  readonly hash: string;
}

const runOf = (character: string) => character.repeat(Math.floor(RUN_LENGTH / Buffer.byteLength(character)));

async function measure(peer: Peer): Promise<Sample> {
  const text = values.file === undefined ? runOf(values.run!) : readFileSync(values.file, 'utf8');
  const encode = await peers[peer]();
  const hash = createHash('sha256');
  const passes = Array.from({ length: values.file === undefined ? 1 : 1 + WARM_PASSES }, (_, pass) => {
    const start = performance.now();
    const ids = encode(text);
    const seconds = (performance.now() - start) / 1000;
    if (pass === 0) hash.update(Uint32Array.from(ids));
    return seconds;
  });
  return { passes, hash: hash.digest('hex') };
}

/** @returns what the table says in place of a time if it fails or takes longer than the limit */
async function sample(peer: Peer, subject: readonly string[]): Promise<Sample | string> {
  const script = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, script, '--sample', peer, ...subject];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 1000 * LIMIT });
    return JSON.parse(stdout) as Sample;
  } catch (error) {
    return (error as { killed?: boolean }).killed ? `> ${LIMIT}` : 'fails';
  }
}

/** The samples of each peer, or why there are none. */
type Samples = Map<Peer, Sample[] | string>;

/** The samples of every peer on one subject, taken in turns; or why there are none. */
async function takeTurns(names: readonly Peer[], subject: readonly string[], rounds: number): Promise<Samples> {
  const samples: Samples = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, earlier] of samples) {
      if (typeof earlier === 'string') continue;
      const taken = await sample(name, subject);
      samples.set(name, typeof taken === 'string' ? taken : [...earlier, taken]);
    }
  }
  const hashes = new Set(
    [...samples.values()].flatMap((all) => (typeof all === 'string' ? [] : all.map((one) => one.hash))),
  );
  if (hashes.size > 1) console.log(`The ids of ${subject.join(' ')} differ between the libraries.`);
  return samples;
}

async function compare(names: readonly Peer[], rounds: number): Promise<void> {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds, medians\n`);

  const texts = [values.english, values.chinese];
  const bySubject: Samples[] = [];
  for (const file of texts) bySubject.push(await takeTurns(names, ['--file', file], rounds));
  console.log('Encoding, MB/s of UTF-8: first pass in a new process / the best of three more');
  printTable(
    ['', 'English', 'Chinese'],
    names.map((name) => [
      name,
      ...texts.map((file, index) => {
        const megabytes = readFileSync(file).length / 1e6;
        const samples = bySubject[index]!.get(name)!;
        if (typeof samples === 'string') return samples;
        const first = median(samples.map(({ passes }) => megabytes / passes[0]!));
        const warm = median(samples.map(({ passes }) => megabytes / Math.min(...passes.slice(1))));
        return `${first.toFixed(1)} / ${warm.toFixed(1)}`;
      }),
    ]),
  );

  const runs: Samples[] = [];
  for (const character of RUNS) runs.push(await takeTurns(names, ['--run', character], 1));
  const trained: string[] = [];
  for (const character of RUNS) {
    const start = performance.now();
    await trainByteLevelBpeTokenizer(runOf(character), { vocabSize: TRAINED_SIZE });
    trained.push(((performance.now() - start) / 1000).toFixed(2));
  }
  console.log('\nOne megabyte of one character, seconds');
  printTable(
    ['', ...RUNS.map((character) => JSON.stringify(character))],
    [
      ...names.map((name) => [
        `encode, ${name}`,
        ...runs.map((bySubject) => {
          const samples = bySubject.get(name)!;
          return typeof samples === 'string' ? samples : samples[0]!.passes[0]!.toFixed(2);
        }),
      ]),
      [`train ${TRAINED_SIZE}, sesame-nlp`, ...trained],
    ],
  );
}

if (values.sample !== undefined) {
  console.log(JSON.stringify(await measure(values.sample as Peer)));
} else {
  const names = values.peers.split(',');
  const unknown = names.find((name) => !(name in peers));
  if (unknown !== undefined) throw new Error(`There is no peer ${unknown}. Peers: ${Object.keys(peers).join(', ')}.`);
  await compare(names as Peer[], Number(values.rounds));
}
