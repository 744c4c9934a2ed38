// Times sesame-nlp beside other libraries, on the same weights, in one run.
//
//   npm run bench -- generate            one suite; `npm run bench -- --help` names them all
//   npm run bench -- generate --quick    smaller shapes, in less than two minutes
//   npm run bench -- report              docs/performance.md, from the last run of each suite
import { ConfigError } from 'sesame-nlp/errors';
import { readOptions } from '../examples/support/readOptions.js';
import { run } from '../examples/support/run.js';
import { encode } from './encode/encode.js';
import { generate } from './generate/generate.js';
import { type Peer, peers } from './harness/peers.js';
import { runSuite } from './harness/runSuite.js';
import type { Suite } from './harness/suite.js';
import { kernels } from './kernels/kernels.js';
import { load } from './load/load.js';
import { writeReport } from './report/writeReport.js';
import { tokenizers } from './tokenizers/tokenizers.js';
import { train } from './train/train.js';

const SUITES: Readonly<Record<string, Suite>> = { kernels, generate, encode, train, load, tokenizers };
const PURPOSE = `npm run bench -- SUITE [options]

Times sesame-nlp beside other libraries, on the same weights, in one run. Suites: ${Object.keys(SUITES).join(', ')}.
\`report\` writes docs/performance.md from the last run of each suite. Results lie in benchmarks/results.
\`webgpu\` times the webgpu kernels on your graphics card, and has options of its own: npm run bench -- webgpu --help.
`;

const OPTIONS = {
  quick: { type: 'flag', help: 'smaller shapes and fewer rounds: less than two minutes on two cores' },
  rounds: { type: 'whole', min: 1, help: 'turns that every library takes; else 5, or 2 with --quick' },
  threads: { type: 'text', default: '1,2', help: 'the numbers of threads to compare' },
  peers: { type: 'text', help: `the libraries to compare with; else ${peers.join(',')}` },
} as const;

await run(async () => {
  const [name = '--help', ...rest] = process.argv.slice(2);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...(name.startsWith('-') ? [name] : rest));
  if (name === 'webgpu') {
    await import('./webgpu.js'); // a program of its own, in a browser
    return;
  }
  const { options } = readOptions(PURPOSE, OPTIONS);
  if (name === 'report') return writeReport(Object.keys(SUITES));
  const suite = SUITES[name];
  if (suite === undefined) {
    throw new ConfigError(`There is no suite ${name}. Suites: ${Object.keys(SUITES).join(', ')}; or report.`, {
      value: name,
    });
  }
  const { quick, rounds = quick ? 2 : 5 } = options;
  const [threads, chosen] = [readThreads(options.threads), readPeers(options.peers)];
  await runSuite(name, suite, { quick, rounds, threads, peers: chosen });
});

function readPeers(text: string | undefined): readonly Peer[] {
  const names = text?.split(',') ?? peers;
  const unknown = names.find((name) => !(peers as readonly string[]).includes(name));
  if (unknown === undefined) return names as Peer[];
  throw new ConfigError(`There is no peer ${unknown}. Peers: ${peers.join(', ')}.`, { value: unknown });
}

function readThreads(text: string): number[] {
  const counts = text.split(',').map(Number);
  if (counts.every((count) => Number.isInteger(count) && count >= 1)) return counts;
  throw new ConfigError(`--threads is ${text}, and must be whole numbers of at least 1, such as 1,2.`, { value: text });
}
