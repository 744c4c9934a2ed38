import { spawn } from 'node:child_process';

/** What an example printed, and how it ended. */
export interface Outcome {
  /** Null if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The standard output as it came, piece by piece. */
  readonly chunks: readonly Buffer[];
}

/** What `runExample` takes besides the command. */
export interface RunOptions {
  /** Sends it a signal once its error output matches. */
  readonly kill?: { readonly at: RegExp; readonly signal: 'SIGKILL' | 'SIGINT' };
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `npx tsx examples/NAME.ts` as a person would. */
export async function runExample(name: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${name}.ts`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  });
  const chunks: Buffer[] = [];
  let stderr = '';
  let signalled = false;
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (signalled || !options.kill?.at.test(stderr)) return;
    signalled = true;
    child.kill(options.kill.signal);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, stdout: Buffer.concat(chunks).toString('utf8'), stderr, chunks };
}
