import * as Plot from '@observablehq/plot';
import type { TrainingHistory } from 'sesame-nlp/training';
import { svg } from './svg.js';

/**
 * Training and validation loss over the steps, as the text of an SVG file.
 *
 * @param unit what the losses are averages over, 'character' or 'token'
 */
export function lossCurve({ steps, losses, evaluations }: TrainingHistory, unit: string): string {
  const training = losses.map((loss, index) => ({ step: steps[index], loss }));
  const [lastTraining, lastValidation] = [training.slice(-1), evaluations.slice(-1)];
  const nameIt = { x: 'step', y: 'loss', textAnchor: 'start', dx: 8 } as const;
  return svg({
    ariaLabel: 'Training and validation loss over the steps',
    width: 720,
    height: 360,
    marginLeft: 44,
    marginRight: 110,
    marginBottom: 40,
    style: { fontSize: '12px' },
    x: { label: 'training step', labelAnchor: 'center', labelOffset: 36 },
    y: { label: `loss (nats per ${unit})`, grid: true, nice: true, ticks: 6 },
    marks: [
      // Single batches differ much: the line goes through the means of a fiftieth of them.
      Plot.line(training, Plot.windowY(Math.ceil(losses.length / 50), { x: 'step', y: 'loss', stroke: '#8fb0d8' })),
      Plot.line(evaluations, { x: 'step', y: 'loss', stroke: '#c4501b', strokeWidth: 2, marker: 'dot' }),
      Plot.text(lastTraining, { ...nameIt, text: () => 'training', fill: '#5b7fae', dy: 14 }),
      Plot.text(lastValidation, { ...nameIt, text: ({ loss }) => `validation ${loss.toFixed(3)}`, fill: '#c4501b' }),
    ],
  });
}
