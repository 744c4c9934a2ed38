import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RandomStream } from 'sesame-nlp/nn';
import { afterEach, expect, test } from 'vitest';
import { timesToRun } from '../support/nightly.js';

/** On each of two backends. */
const KILLS = timesToRun({ always: 10, nightly: 100 });
const backend = process.env.TFJS_BACKEND!;
const script = fileURLToPath(new URL('./trainingProcess.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set<ChildProcess>();
const directories: string[] = [];

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

test(
  `killed at ${KILLS} random moments of steps and saves, a training ends in the same bits`,
  async () => {
    const random = new RandomStream(KILLS);
    const undisturbed = await finished(start(await newDirectory()));
    expect(undisturbed).toContain('steps 60 digest');

    let directory = await newDirectory();
    let [kills, ends] = [0, 0];
    while (kills < KILLS) {
      const training = start(directory);
      await training.started;
      await sleep(300 * random.nextUniform() ** 2); // more often early: a step with its save takes milliseconds
      if (training.child.exitCode === null) {
        training.child.kill('SIGKILL');
        await training.exit;
        kills++;
      } else {
        expect(await finished(training)).toBe(undisturbed);
        directory = await newDirectory();
        ends++;
      }
    }
    expect(await finished(start(directory))).toBe(undisturbed);
    expect(ends).toBeLessThan(KILLS);
  },
  KILLS * 30_000,
);

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sesame-crash-'));
  directories.push(directory);
  return directory;
}

/** A training process: when its first step begins, when it ends, and what it printed. */
function start(directory: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, backend, directory], { cwd: root });
  running.add(child);
  const printed = { output: '', errors: '' };
  const exit = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  child.stderr.on('data', (data) => {
    printed.errors += data;
  });
  const started = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      printed.output += data;
      if (printed.output.includes('started')) resolve();
    });
    void exit.then(() => reject(new Error(`the training did not start:\n${printed.errors}`)));
  });
  started.catch(() => {}); // looked at where it is awaited
  return { child, started, exit, printed };
}

/** The last line of a training that is left to end. */
async function finished({ exit, printed }: ReturnType<typeof start>): Promise<string> {
  expect(await exit, printed.errors).toBe(0);
  return printed.output.trim().split('\n').at(-1)!;
}
