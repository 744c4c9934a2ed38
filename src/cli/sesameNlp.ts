#!/usr/bin/env node
// The command `sesame-nlp`: what its arguments say, and how it ends. Exit codes: 0 done, 1 failed, 2 wrong usage,
// 130 interrupted.
import { ConfigError, SesameError } from '../errors/index.js';
import { Interrupted } from './interruptible.js';
import { invocationOf, PROGRAM, runProgram } from './program.js';
import { styleOf } from './style.js';

const args = process.argv.slice(2);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads the output may stop reading: `| head`. Nothing is left to do then, and nothing to complain about.
  if (error.code !== 'EPIPE') {
    say(`the output cannot be written (${error.code ?? error.message}).`);
    process.exitCode = 1;
  }
  process.exit();
});
// Work goes on without anybody who reads what is said about it.
process.stderr.on('error', () => {});

try {
  await runProgram(args, process);
} catch (error) {
  process.exitCode = tell(error);
}

/** Says what went wrong, and returns the exit code. */
function tell(error: unknown): number {
  if (error instanceof Interrupted) {
    say(error.message);
    return 130;
  }
  if (error instanceof ConfigError) {
    say(`${error.message}\nSee ${invocationOf(args)} --help.`);
    return 2;
  }
  if (error instanceof SesameError || isSystemError(error)) {
    say(error.message);
    return 1;
  }
  say(`this is a defect of ${PROGRAM}, please report it.`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

/** Whether the operating system refused something: to read a folder as a file, or what it allows only others. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function say(text: string): void {
  process.stderr.write(`${styleOf(process.stderr)('red', `${PROGRAM}:`)} ${text}\n`);
}
