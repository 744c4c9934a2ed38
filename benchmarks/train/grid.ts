// Training throughput over sizes of model, text and batch: in proportion to the work, without a cliff anywhere.
import { idOf, inWords } from '../harness/contender.js';
import { inUnit, shortNumber } from '../harness/measure.js';
import { ours } from '../harness/ours.js';
import { median } from '../harness/statistics.js';
import type { Suite } from '../harness/suite.js';

/** A cell of the table. */
export interface GridCell {
  readonly dModel: number;
  /** Tokens of a text. */
  readonly time: number;
  /** Texts in a step. */
  readonly batch: number;
}

/** What the program is told. */
export interface GridSetup extends GridCell {
  readonly numLayers: number;
  readonly vocabSize: number;
  /** After which a cell is known well enough. */
  readonly seconds: number;
}

const NUM_LAYERS = 6;
const VOCAB_SIZE = 65;
const FULL = { dModels: [64, 192, 384, 768], times: [64, 256, 1024], batches: [1, 8, 32] };
const QUICK = { dModels: [64, 192], times: [64, 256], batches: [1, 4] };

/** Floating-point operations of a step that are still worth waiting for. */
const MOST_WORK = 1.2e12;
/** Bytes that a step may keep for its backward direction, of a heap that ends at 4 GB. */
const MOST_BYTES = 2.5e9;

/** Shows tokens/s and GFLOP/s of training steps at each size. */
export const showGrid: Suite = async ({ quick, threads, run, show }) => {
  const { dModels, times, batches } = quick ? QUICK : FULL;
  const count = Math.max(...threads);
  const rows: string[][] = [];
  const notes = new Set<string>();
  for (const dModel of dModels) {
    for (const time of times) {
      const cells: string[] = [];
      for (const batch of batches) {
        const cell = { dModel, time, batch };
        if (workOf(cell) > MOST_WORK || bytesOf(cell) > MOST_BYTES) {
          cells.push('too large');
          notes.add(
            `too large: a step of more than ${MOST_WORK / 1e12} TFLOP, or one that keeps more than ${MOST_BYTES / 1e9} GB`,
          );
          continue;
        }
        const setup: GridSetup = { ...cell, numLayers: NUM_LAYERS, vocabSize: VOCAB_SIZE, seconds: quick ? 0.5 : 2 };
        const contender = ours('train/contenders/gridCell.ts', setup, count);
        const { contenders } = await run(
          {
            id: `train-grid-${dModel}-${time}-${batch}`,
            title: `Training: ${dModel}, ${time} tokens, ${batch} texts`,
            contenders: [contender],
            tasks: ['step'],
            measures: [{ name: 'step', label: 'a step', unit: 'ms' }],
            rounds: 1,
          },
          'hidden',
        );
        const steps = contenders[0]!.times.step?.flat() ?? [];
        if (contenders[0]!.problem !== undefined) notes.add(`${idOf(contender)}: ${contenders[0]!.problem}`);
        cells.push(steps.length === 0 ? 'none' : throughput(cell, median(steps)));
      }
      rows.push([`${dModel}, ${time} tokens`, ...cells]);
    }
  }
  show({
    title: `Training, ${NUM_LAYERS} layers, ${inWords(count)}: tokens/s (GFLOP/s)`,
    header: ['dModel, text', ...batches.map((batch) => `${batch} text${batch === 1 ? '' : 's'}`)],
    rows,
    notes: [...notes],
  });
};

function throughput(cell: GridCell, milliseconds: number): string {
  const rate = (unit: 'tokens/s' | 'GFLOP/s', work: number) =>
    shortNumber(inUnit({ name: '', label: '', unit, work }, milliseconds));
  return `${rate('tokens/s', cell.time * cell.batch)} (${rate('GFLOP/s', workOf(cell))})`;
}

/** Multiplications and additions of a step: 6 for each matrix entry and token, and the attention's products. */
export function workOf({ dModel, time, batch }: GridCell): number {
  const tokens = time * batch;
  const matrices = NUM_LAYERS * 12 * dModel ** 2 + VOCAB_SIZE * dModel;
  const attention = NUM_LAYERS * 6 * time * dModel; // two products, half of each hidden, forward and twice backward
  return tokens * (6 * matrices + attention);
}

/** What the blocks keep of each token for the backward direction: about 20 numbers for each of dModel. */
function bytesOf({ dModel, time, batch }: GridCell): number {
  return 4 * 20 * NUM_LAYERS * dModel * time * batch;
}
