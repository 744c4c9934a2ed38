import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Contender, commandOf } from './contender.js';
import type { ReadyMessage, TurnMessage } from './serve.js';

/** Seconds. */
const DEFAULT_LIMIT = 300;

/** A contender's process at work: it waits for its turns. */
export class ContenderProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #limit: number;
  #errors = '';

  /** @param limit seconds that getting ready, or a task, may take */
  constructor(contender: Contender, limit = DEFAULT_LIMIT) {
    this.#limit = limit;
    const [command, ...args] = commandOf(contender);
    this.#child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-20_000);
    });
    this.#child.stdin!.on('error', () => {}); // a process that ended says so where its answer is awaited
    this.#lines = createInterface({ input: this.#child.stdio[3] as Readable });
  }

  /** @returns its answers by name, once it is ready */
  async ready(): Promise<Map<string, Float32Array>> {
    const { answers } = await this.#receive<ReadyMessage>();
    return new Map(Object.entries(answers).map(([name, base64]) => [name, fromBase64(base64)]));
  }

  /** Lets it do a task. */
  async turn(task: string): Promise<TurnMessage> {
    const answered = this.#receive<TurnMessage>();
    this.#child.stdin!.write(`${task}\n`);
    return answered;
  }

  /** Lets it end. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await closed;
    clearTimeout(timer);
  }

  /** @throws Error in a line if the process ended instead, or takes longer than the limit */
  async #receive<Message>(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#lines.off('line', onLine);
        this.#child.off('error', onError);
        this.#child.off('close', onClose);
      };
      const onLine = (line: string) => {
        settle();
        resolve(JSON.parse(line) as Message);
      };
      const onError = (error: Error) => {
        settle();
        reject(error);
      };
      const onClose = (code: number | null, signal: string | null) => {
        settle();
        reject(new Error(`ended with ${code === null ? signal : `code ${code}`}: ${reasonIn(this.#errors)}`));
      };
      const timer = setTimeout(() => {
        settle();
        this.#child.kill('SIGKILL');
        reject(new Error(`took longer than ${this.#limit} s`));
      }, 1000 * this.#limit);
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        onClose(this.#child.exitCode, this.#child.signalCode); // it ended while others had their turns
        return;
      }
      this.#lines.once('line', onLine);
      this.#child.once('error', onError);
      this.#child.once('close', onClose);
    });
  }
}

/** The line of an error output that names the error. */
function reasonIn(errors: string): string {
  const lines = errors.split('\n').map((line) => line.trim().slice(0, 300));
  return (
    lines.findLast((line) => /^(\w*Error|Error|abort|RuntimeError)\b.*:/i.test(line)) ??
    lines.findLast((line) => line !== '') ??
    ''
  );
}

function fromBase64(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}
