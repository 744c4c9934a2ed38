import { constant, cosine, inverseSquareRoot, linearWarmup } from 'sesame-nlp/training';
import { describe, expect, test } from 'vitest';
import { readJsonFixture } from '../support/fixtures.js';

interface Expected {
  readonly schedule: string;
  readonly warmup_steps: number;
  readonly total_steps: number;
  readonly d_model: number;
  readonly factor_at_step_0_to_total_plus_2: number[];
  readonly factor_at_step_1_to_20: number[];
}
const { schedules } = await readJsonFixture<{ schedules: Expected[] }>('training/optimizerTraces.json');
const named = (name: string) => schedules.filter(({ schedule }) => schedule.startsWith(name));

describe('schedules equal those of transformers', () => {
  test.each(named('linear'))('linear warm-up over $warmup_steps of $total_steps steps', (expected) => {
    const schedule = linearWarmup({ peak: 2, warmupSteps: expected.warmup_steps, totalSteps: expected.total_steps });
    const factors = expected.factor_at_step_0_to_total_plus_2;
    for (const [step, factor] of factors.entries()) expect(schedule(step)).toBeCloseTo(2 * factor, 7);
  });

  test.each(named('cosine'))('cosine with warm-up over $warmup_steps of $total_steps steps', (expected) => {
    const schedule = cosine({ peak: 2, warmupSteps: expected.warmup_steps, totalSteps: expected.total_steps });
    const factors = expected.factor_at_step_0_to_total_plus_2;
    for (const [step, factor] of factors.entries()) expect(schedule(step)).toBeCloseTo(2 * factor, 7);
  });

  test.each(named('inverse'))('inverse square root, whose first update counts as 1', (expected) => {
    const { d_model: dModel, warmup_steps: warmupSteps } = expected;
    const schedule = inverseSquareRoot({ peak: 1 / Math.sqrt(dModel * warmupSteps), warmupSteps });
    for (const [step, factor] of expected.factor_at_step_1_to_20.entries())
      expect(schedule(step)).toBeCloseTo(factor, 7);
  });
});

describe('schedules', () => {
  test('a constant stays, and a warm-up without decay stays at its peak', () => {
    expect([0, 1, 1000].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
    const schedule = linearWarmup({ peak: 1, warmupSteps: 4, decay: 'none' });
    expect([0, 1, 4, 5, 1000].map(schedule)).toEqual([0, 0.25, 1, 1, 1]);
  });

  test('a cosine ends at its floor', () => {
    const schedule = cosine({ peak: 1, totalSteps: 10, floor: 0.1 });
    expect(schedule(0)).toBe(1);
    expect(schedule(5)).toBeCloseTo(0.55, 12);
    expect(schedule(10)).toBeCloseTo(0.1, 12);
  });

  test.each([
    ['no end', () => linearWarmup({ peak: 1, warmupSteps: 4 }), "decay: 'none'"],
    ['an end before the warm-up ends', () => cosine({ peak: 1, warmupSteps: 9, totalSteps: 9 }), 'above warmupSteps 9'],
    [
      'a peak that is no number',
      () => linearWarmup({ peak: Number.NaN, warmupSteps: 1, totalSteps: 2 }),
      'peak is NaN',
    ],
    ['a misspelt option', () => cosine({ peek: 1, totalSteps: 2 } as never), 'Did you mean peak?'],
    ['a floor above the peak', () => cosine({ peak: 1, totalSteps: 2, floor: 2 }), 'above the peak'],
    ['no warm-up where one is needed', () => inverseSquareRoot({ peak: 1, warmupSteps: 0 }), '>= 1'],
  ])('%s is refused with what to do', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
