// How fast a GPT writes at growing lengths of context, with and without its key-value cache.
//
//   npx tsx benchmarks/generation.ts [--backend wasm] [--runs 5]
//
// A cached token costs one pass over the weights and one over the context. Without a cache it costs the whole context
// again, so that a text of T tokens costs T² passes.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type BackendName, selectBackend } from 'sesame-nlp/backends';
import { generateStream } from 'sesame-nlp/generation';
import { createGpt, type Gpt, gptPresets } from 'sesame-nlp/models';
import { namedParameters, RandomStream } from 'sesame-nlp/nn';
import { median } from './support/median.js';
import { printTable } from './support/table.js';

const { values } = parseArgs({ options: { backend: { type: 'string' }, runs: { type: 'string', default: '5' } } });
const backend = await selectBackend(values.backend as BackendName | undefined); // it says what it does not know
const runs = Number(values.runs);

const CONTEXTS = [64, 128, 256, 512, 1000];
/** New tokens a measurement: the first one reads the prompt, the others are timed. */
const NEW_TOKENS = { cached: 17, uncached: 3 } as const;

interface Timing {
  /** Reading the prompt and choosing the first token. */
  readonly prefill: number;
  /** Each token after it. */
  readonly token: number;
}

/** Milliseconds; the new tokens come just before the context is `context` tokens long. */
async function measure(model: Gpt, context: number, kind: keyof typeof NEW_TOKENS): Promise<Timing> {
  const newTokens = NEW_TOKENS[kind];
  const random = new RandomStream(context);
  const prompt = Int32Array.from({ length: context - newTokens }, () => random.nextSeed() % model.config.vocabSize);
  const options = { maxNewTokens: newTokens, temperature: 0, useCache: kind === 'cached' };
  const times = [performance.now()];
  for await (const _ of generateStream(model, prompt, options)) times.push(performance.now());
  return { prefill: times[1]! - times[0]!, token: (times.at(-1)! - times[1]!) / (newTokens - 1) };
}

const model = createGpt({ ...gptPresets.mini, vocabSize: 2000 });
const parameters = [...namedParameters(model).values()].reduce((sum, parameter) => sum + parameter.size, 0);
const { numLayers, dModel, numHeads } = model.config;
console.log(
  `GPT of ${(parameters / 1e6).toFixed(1)}M parameters (${numLayers} layers, dModel ${dModel}, ${numHeads} heads), ` +
    `one text, greedy; ${backend}, Node ${process.versions.node}, ${availableParallelism()} cores; medians of ${runs} runs`,
);

const timings = CONTEXTS.map((context) => ({ context, cached: [] as Timing[], uncached: [] as Timing[] }));
await measure(model, CONTEXTS[0]!, 'cached'); // allocates the weights
// Everything once, then again: what slows the machine down for a while slows down all of it.
for (let run = 0; run < runs; run++) {
  for (const { context, cached, uncached } of timings) {
    cached.push(await measure(model, context, 'cached'));
    uncached.push(await measure(model, context, 'uncached'));
  }
}

const COLUMNS = ['context', 'prefill ms', 'ms/token', 'tokens/s', 'uncached ms/token', 'tokens/s', 'speed-up'];
const rows = timings.map(({ context, cached, uncached }) => {
  const withCache = median(cached.map(({ token }) => token));
  const without = median(uncached.map(({ token }) => token));
  return [
    String(context),
    median(cached.map(({ prefill }) => prefill)).toFixed(0),
    withCache.toFixed(1),
    (1000 / withCache).toFixed(1),
    without.toFixed(1),
    (1000 / without).toFixed(1),
    `${(without / withCache).toFixed(1)}x`,
  ];
});
printTable(COLUMNS, rows);
