// The contender's side of a race. Its process gets ready, then does one task for each line of its standard input and
// answers on descriptor 3 with a line of JSON; what libraries print on standard output disturbs nobody.
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Milliseconds by the name of what was measured. */
export type Times = Readonly<Record<string, readonly number[]>>;

/** What a contender has once it is ready. */
export interface Entry {
  /** Results by name, to be compared with those of the other contenders before anything is timed. */
  readonly answers?: Readonly<Record<string, ArrayLike<number>>>;
  /** What it can be asked to do, by name. */
  readonly tasks: Readonly<Record<string, () => Times | Promise<Times>>>;
}

/** The first line of a process. */
export interface ReadyMessage {
  /** Float32 numbers in base64, by name. */
  readonly answers: Readonly<Record<string, string>>;
}

/** Its answer to a task. */
export interface TurnMessage {
  readonly times: Times;
  /** The most memory that the process held at any time until now. */
  readonly peakBytes: number;
}

/**
 * Runs a contender's process: reads its setup from the command line, gets ready, and works until its input ends.
 *
 * @param enter makes the contender ready for what its setup says
 */
export async function serve<Setup>(enter: (setup: Setup) => Promise<Entry>): Promise<void> {
  const answer = createWriteStream('', { fd: 3 });
  const send = (message: ReadyMessage | TurnMessage) => answer.write(`${JSON.stringify(message)}\n`);
  const { answers = {}, tasks } = await enter(JSON.parse(process.argv[2]!) as Setup);
  send({ answers: Object.fromEntries(Object.entries(answers).map(([name, numbers]) => [name, toBase64(numbers)])) });
  for await (const line of createInterface({ input: process.stdin })) {
    const times = await tasks[line]!();
    send({ times, peakBytes: 1024 * process.resourceUsage().maxRSS });
  }
  process.exit(0); // some libraries' threads would keep it alive
}

function toBase64(numbers: ArrayLike<number>): string {
  return Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
}
