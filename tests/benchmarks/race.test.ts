import { expect, test } from 'vitest';
import type { Contender } from '../../benchmarks/harness/contender.js';
import { runRace } from '../../benchmarks/harness/race.js';
import { raceTable } from '../../benchmarks/harness/raceTable.js';

const contender = (name: string, setup: object): Contender => ({
  name,
  threads: 1,
  program: '../tests/benchmarks/contenders/contender.mjs',
  setup: { answer: 1, milliseconds: 10, ...setup },
});
const race = (contenders: Contender[], rounds = 3) =>
  runRace(
    {
      id: 'race',
      title: 'A race',
      contenders,
      tasks: ['lap'],
      measures: [{ name: 'lap', label: 'a lap', unit: 'ms' }],
    },
    { rounds },
  );

test('every contender takes a turn in every round, and the most memory it held is kept', async () => {
  const { contenders } = await race([contender('ours', {}), contender('theirs', { milliseconds: 25 })]);
  expect(contenders.map(({ times }) => times.lap)).toEqual([
    [[10], [10], [10]],
    [[25], [25], [25]],
  ]);
  expect(contenders[0]!.peakBytes).toBe(3e6);
});

test('one that computes something else is named, and not timed', async () => {
  const { contenders } = await race([contender('ours', {}), contender('theirs', { answer: 1.1 })]);
  expect(contenders[1]).toMatchObject({ disagrees: true, times: {} });
  expect(contenders[1]!.problem).toMatch(/computes something else: sum differs by 10.0%/);
});

test('one that fails is named with its error, and the others go on', async () => {
  const { contenders } = await race([contender('ours', {}), contender('theirs', { failsAt: 2 })]);
  expect(contenders[0]!.times.lap).toHaveLength(3);
  expect(contenders[1]!.problem).toBe('ended with code 1: RangeError: the tank is empty');
});

test('the table shows the ratio to ours, and says below what is missing and how near the answers are', async () => {
  const { rows, notes } = raceTable(
    await race(
      [contender('ours', {}), contender('theirs', { milliseconds: 25 }), contender('late', { failsAt: 1 })],
      1,
    ),
  );
  expect(rows).toEqual([
    ['a lap', 'ours', '1', '10.0 ms', '10.0-10.0', '', '1'],
    ['a lap', 'theirs', '1', '25.0 ms', '25.0-25.0', '2.50 (2.50-2.50)', '1'],
    ['a lap', 'late', '1', 'none', '', '', ''],
  ]);
  expect(notes).toEqual([
    'late, 1 thread: ended with code 1: RangeError: the tank is empty',
    'Smallest cosine between an answer and ours: 1.000000',
  ]);
});
