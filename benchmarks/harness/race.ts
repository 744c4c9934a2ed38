// The parent's side: contenders get ready one by one, prove that they compute the same, and then take turns.
import type { Contender } from './contender.js';
import type { Measure } from './measure.js';
import type { RaceResult } from './results.js';
import { type Answers, Runner } from './runner.js';

/** Contenders, and what they do side by side. */
export interface Race {
  /** Names it among all races of all suites. */
  readonly id: string;
  readonly title: string;
  /** Ours first: the answers of all others are compared with those of the first that has some. */
  readonly contenders: readonly Contender[];
  /** What they are asked to do, task by task, in every round. */
  readonly tasks: readonly string[];
  readonly measures: readonly Measure[];
  /** How far answers may be from ours, as a share of their length: 0.014 by default, where the cosine is 0.9999. */
  readonly tolerance?: number;
  /** Whether every turn is a new process's first. */
  readonly fresh?: boolean;
  /** Whether a first turn of each is not counted: engines compile what they meet often. */
  readonly warmUp?: boolean;
  /** Seconds that a contender may take to get ready, or for a task; 300 by default. */
  readonly limit?: number;
  /** How many turns each contender takes, if not as many as the command line says. */
  readonly rounds?: number;
}

/** What the command line says about all races. */
export interface RaceOptions {
  readonly rounds: number;
  /** The libraries that may take part beside ours; all by default. */
  readonly peers?: readonly string[] | undefined;
}

const TOLERANCE = 0.014;

/** Runs a race; a contender that is missing or fails is named with the reason, and the others go on. */
export async function runRace(race: Race, options: RaceOptions): Promise<RaceResult> {
  const { id, title, contenders, tasks, measures, tolerance = TOLERANCE, fresh, limit } = race;
  const runners = contenders
    .filter(({ peer }) => peer === undefined || (options.peers?.includes(peer) ?? true))
    .map((contender) => new Runner(contender, measures, limit));

  let ours: Answers | undefined;
  const enter = async (runner: Runner) => {
    const answers = await runner.enter();
    ours ??= answers;
    runner.compare(ours, answers, tolerance);
  };
  const forEach = async (run: (runner: Runner) => Promise<void>) => {
    for (const runner of runners) if (runner.runs) await runner.attempt(() => run(runner));
  };

  try {
    if (!fresh) await forEach(enter);
    if (race.warmUp) for (const task of tasks) await forEach((runner) => runner.warmUp(task));
    for (let round = 0; round < (race.rounds ?? options.rounds); round++) {
      if (fresh) {
        await forEach(async (runner) => {
          await enter(runner);
          for (const task of tasks) await runner.takeTurn(task);
          await runner.close();
        });
      } else {
        for (const task of tasks) await forEach((runner) => runner.takeTurn(task));
      }
    }
  } finally {
    for (const runner of runners) await runner.close();
  }
  return { id, title, measures, contenders: runners.map((runner) => runner.result()) };
}
