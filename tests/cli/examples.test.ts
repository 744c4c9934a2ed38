// The examples of --help and of docs/guide/command-line.md, run as they stand.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCommand } from './runCommand.js';

const run = promisify(execFile);
const fixtures = 'tests/fixtures/tokenizers';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesame-nlp-cli-'));
  const english = 'The tide is out, and we see who swims naked.\n'.repeat(20);
  writeFileSync(join(folder, 'corpus.txt'), english);
  writeFileSync(join(folder, 'more.gz'), gzipSync(english));
  mkdirSync(join(folder, 'poems'));
  writeFileSync(join(folder, 'poems/1.txt'), '潮水退了，就知道誰沒穿褲子。\n'.repeat(20));
  symlinkSync(resolve(fixtures, 'gpt2'), join(folder, 'gpt2'));
  mkdirSync(join(folder, 'bert-base-chinese'));
  const vocabulary = gunzipSync(readFileSync(`${fixtures}/bert-base-chinese/vocab.txt.gz`));
  writeFileSync(join(folder, 'bert-base-chinese/vocab.txt'), vocabulary);
  // The command by its name, and a pager that is there on every machine.
  mkdirSync(join(folder, 'bin'));
  for (const [name, line] of [
    ['sesame-nlp', `exec "${process.execPath}" "${inject('command')}" "$@"`],
    ['npx', 'exec "$@"'],
    ['less', 'exec cat'],
  ] as const) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a command line writes to its standard output, in the folder. */
async function runLine(line: string): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-ec', line], {
    cwd: folder,
    env: { ...process.env, PATH: join(folder, 'bin') + delimiter + process.env.PATH, FORCE_COLOR: '0' },
  });
  return stdout;
}

test('the examples of --help and of the guide do what they say', { timeout: 120_000 }, async () => {
  const paths = [[], ['tokenizer'], ...['train', 'encode', 'inspect'].map((command) => ['tokenizer', command])];
  const helps = await Promise.all(paths.map((path) => runCommand([...path, '--help'])));
  const ofHelp = helps.flatMap(({ stdout }) => stdout.split('\nExamples:\n')[1]!.trim().split(/\n */));
  // A block of the guide, and the block of what it writes where one follows.
  const guide = readFileSync('docs/guide/command-line.md', 'utf8');
  const ofGuide = new Map(
    Array.from(guide.matchAll(/^```sh\n(.*)\n```\n(?:\n```\n([\s\S]*?)```)?/gm), ([, line, output]) => [line!, output]),
  );
  expect(ofGuide.size).toBeGreaterThan(5);
  expect(ofHelp.length).toBeGreaterThan(10);

  const [trainings, others] = [true, false].map((training) =>
    [...new Set([...ofHelp, ...ofGuide.keys()])].filter((line) => / train .*--out|-o /.test(line) === training),
  );
  for (const line of trainings!) await runLine(line.includes('--force') ? line : `${line} --force`);
  const said = new Map(await Promise.all(others!.map(async (line) => [line, await runLine(line)] as const)));

  for (const name of ['my-tokenizer', 'poems-tokenizer']) {
    expect(existsSync(join(folder, name, 'tokenizer.json'))).toBe(true);
  }
  expect(readFileSync(join(folder, 'corpus.jsonl'), 'utf8').split('\n')).toHaveLength(21);
  const shown = [...ofGuide].filter(([, output]) => output !== undefined);
  expect(shown).toHaveLength(3);
  for (const [line, output] of shown) expect(said.get(line)).toBe(output);
});
