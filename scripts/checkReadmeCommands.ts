// Runs README.md's first two shell commands as they stand, each in a fresh clone: one does the main job, one the tests.
// A fresh clone is what git would carry of this folder, without what was installed or built here. SESAME_STEPS, which
// examples/trainGpt.ts documents, shortens the main job; pass `--whole` to run it at full length.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [mainJob, tests] = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(
  ([, block]) => block!.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
);
if (mainJob === undefined || tests === undefined) throw new Error('README.md: expected two shell commands at the top');

const shortened = process.argv.includes('--whole') ? {} : { SESAME_STEPS: '20' };
const output = await runInClone(mainJob, shortened);
const lastLine = output.trimEnd().split('\n').at(-1) ?? '';
if (!/^val_loss=\d+\.\d+ train_tokens_per_second=\d+(\.\d+)? seconds=\d+(\.\d+)? backend=\w+$/.test(lastLine)) {
  throw new Error(`The main job's last line does not report its result: ${lastLine}`);
}
await runInClone(tests, {});

/** Runs a command in a copy of its own, shows what it prints, and resolves to that. */
async function runInClone(command: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const clone = mkdtempSync(join(tmpdir(), 'sesame-nlp-'));
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    });
    for (const path of listed.split('\0').filter((path) => path !== '' && existsSync(path)))
      cpSync(path, join(clone, path));
    console.log(`$ ${command}`);
    const child = spawn(command, {
      cwd: clone,
      shell: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    for await (const chunk of child.stdout) {
      process.stdout.write(chunk);
      printed += chunk;
    }
    const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('close', resolve)));
    if (code !== 0) throw new Error(`${command}: exit code ${code}`);
    return printed;
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}
