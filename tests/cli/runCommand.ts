import { type ChildProcess, spawn } from 'node:child_process';
import { inject } from 'vitest';

/** How a command ended, and what it said. */
export interface Outcome {
  /** Null if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `runCommand` takes besides the command line. */
export interface RunOptions {
  /** The standard input; none by default. */
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** More of the input, given what the command has written; undefined ends it. Called each time it has written. */
  readonly answer?: (stdout: string) => string | undefined;
}

/** Runs `sesame-nlp` with pipes in the place of a terminal. */
export async function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [inject('command'), ...args], {
    env: { ...cleanEnvironment(), ...options.environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const more = options.answer?.(stdout);
    if (more !== undefined) child.stdin.write(more);
    else if (options.answer !== undefined) child.stdin.end();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {}); // a command that ends does not read on
  child.stdin.write(options.input ?? '');
  if (options.answer === undefined) child.stdin.end();
  return { code: await ending(child), stdout, stderr };
}

/** What `runInTerminal` takes besides the command line. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Keys to press, each once the screen shows something. */
  readonly keys?: readonly (readonly [when: RegExp, keys: string])[];
}

/** A terminal's screen after a command, escapes and all, and the exit code. */
export interface Screen {
  readonly code: number | null;
  readonly text: string;
}

/** Runs `sesame-nlp` in a terminal: a real one, which script(1) of util-linux opens. */
export async function runInTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<Screen> {
  const { columns = 80, keys = [] } = options;
  const line = [process.execPath, inject('command'), ...args].map(quote).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows 24; exec ${line}`, '/dev/null'], {
    env: { ...cleanEnvironment(), TERM: 'xterm-256color', SHELL: '/bin/sh', ...options.environment },
  });
  const waiting = [...keys];
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (written: string) => {
    text += written.replaceAll('\r\n', '\n');
    while (waiting[0]?.[0].test(text)) child.stdin.write(waiting.shift()![1]);
  });
  const code = await ending(child);
  return { code, text };
}

/** The environment without what speaks of colours: the tests themselves may run anywhere. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, CI, NODE_OPTIONS, ...environment } = process.env;
  return environment;
}

function quote(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
}
