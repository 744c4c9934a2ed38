// The browser's side: times each case with the kernels and without, in turns, and hands a row for each to the terminal.
import '@tensorflow/tfjs-backend-webgpu';
import { tidy } from '@tensorflow/tfjs-core';
import 'sesame-nlp/gradients';
import { selectBackend } from 'sesame-nlp/backends';
import { type Case, ops, writing } from './cases.js';
import { difference, median } from './timing.js';

/** A line of the table, as texts. */
export interface Row {
  readonly name: string;
  readonly kernels: string;
  readonly composed: string;
  /** How many times as fast the kernels are. */
  readonly ratio: string;
  /** The smallest and the largest ratio of a round. */
  readonly spread: string;
  /** Of what the two compute, as a share of its largest number. */
  readonly difference: string;
}

/** What the terminal's side put into the page. */
declare global {
  function say(text: string): Promise<void>;
  function show(row: Row): Promise<void>;
  function finish(): Promise<void>;
}

interface Gpu {
  requestAdapter(): Promise<{ readonly info: Readonly<Record<string, string>> } | null>;
}

const query = new URLSearchParams(location.search);
const [quick, rounds] = [query.has('quick'), Number(query.get('rounds'))];

await selectBackend('webgpu');
await say(`${await describeCard()}; medians of ${rounds} rounds`);
const shape = quick ? { dModel: 192, numHeads: 6, context: 256 } : { dModel: 768, numHeads: 12, context: 1024 };
for (const next of ops(shape)) await show(await compare(next));
for await (const next of writing(quick)) await show(await compare(next));
await finish();

async function compare({ name, time, output }: Case): Promise<Row> {
  const of = async <Result>(kernels: boolean, run: () => Result) => {
    await selectBackend('webgpu', { kernels });
    return run();
  };
  let apart = '';
  if (output !== undefined) {
    const [fused, composed] = [await of(true, () => tidy(output)), await of(false, () => tidy(output))];
    apart = (await difference(fused, composed)).toExponential(1);
    fused.dispose();
    composed.dispose();
  }
  const times = { kernels: [] as number[], composed: [] as number[] };
  for (const kernels of [true, false]) await of(kernels, time); // compiles what is used for the first time
  for (let round = 0; round < rounds; round++) {
    times.kernels.push(await of(true, time));
    times.composed.push(await of(false, time));
  }
  const ratios = times.kernels.map((ms, round) => times.composed[round]! / ms);
  return {
    name,
    kernels: median(times.kernels).toFixed(3),
    composed: median(times.composed).toFixed(3),
    ratio: `${median(ratios).toFixed(2)}x`,
    spread: `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
    difference: apart,
  };
}

async function describeCard(): Promise<string> {
  const { gpu } = navigator as unknown as { gpu: Gpu };
  const { vendor, architecture, device, description } = (await gpu.requestAdapter())?.info ?? {};
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'a graphics card without a name';
}
