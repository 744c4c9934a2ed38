// The command as a whole: help, wrong usage, pipes that close. In a terminal where that makes a difference.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { ConfigError } from '../../src/errors/index.js';
import { runCommand, runInTerminal } from './runCommand.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe.concurrent('sesame-nlp', () => {
  test.for([
    { args: ['--help'], shows: ['Usage:\n  sesame-nlp COMMAND', 'tokenizer  train a tokenizer', '--version'] },
    { args: ['tokenizer', '-h'], shows: ['Usage:\n  sesame-nlp tokenizer COMMAND', 'inspect  show the pieces'] },
    { args: ['help', 'tokenizer', 'train'], shows: ['sesame-nlp tokenizer train FILE... --out DIR', '--vocab-size N'] },
    { args: ['tokenizer', 'train', 'x', '--nonsense', '--help'], shows: ['-o, --out DIR'] },
  ])('$args explains, on the standard output, with exit code 0', async ({ args, shows }) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const text of shows) expect(stdout).toContain(text);
    expect(stdout).not.toContain('\x1B');
  });

  test('--version says which', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('without a command it explains itself as an error', async () => {
    const { code, stdout, stderr } = await runCommand(['tokenizer']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Commands:\n {2}train[\s\S]*sesame-nlp: The command is missing\./);
  });

  test.for<[title: string, args: string[], complaint: RegExp]>([
    ['a misspelt command', ['tokenizer', 'trian'], /There is no command trian\.\nDid you mean train\?/],
    ['a command of a group', ['inspect'], /There is no command inspect\.\nDid you mean tokenizer inspect\?/],
    ['no command', ['tokenizer', 'xxxxxxxxxx'], /There is no command xxxxxxxxxx\.\nTry sesame-nlp tokenizer --help\./],
    ['__proto__', ['__proto__'], /There is no command __proto__\./],
    ['an option too early', ['--force', 'tokenizer'], /There is no option --force before a command\./],
    [
      'a misspelt option',
      ['tokenizer', 'train', 'a.txt', '--vocb-size', '9'],
      /no option --vocb-size\.\nDid you mean --vocab-size\?/,
    ],
    ['an option that is missing', ['tokenizer', 'train', 'a.txt'], /--out is missing: .*\nWrite --out DIR\./],
    ['a value that is missing', ['tokenizer', 'train', 'a.txt', '--out', '--force'], /--out needs a value\./],
    ['a flag with a value', ['tokenizer', 'encode', '--json=no'], /--json has no value, but is given "no"\./],
    [
      'a number that is none',
      ['tokenizer', 'train', 'a', '-o', 'b', '--vocab-size', 'big'],
      /--vocab-size is big, and/,
    ],
    [
      'a number too small',
      ['tokenizer', 'train', 'a', '-o', 'b', '--vocab-size', '0'],
      /a whole number of at least 1\./,
    ],
    ['a file that is missing', ['tokenizer', 'train', '--out', 'b'], /FILE is missing: /],
    ['a text like an option', ['tokenizer', 'encode', '-t', 'x', '-5'], /no option -5\.[\s\S]*A TEXT .* goes after --/],
    ['an unknown type', ['tokenizer', 'train', 'a', '-o', 'b', '--type', 'bep'], /--type is bep.*\nDid you mean bpe\?/],
  ])('%s is wrong usage, and the right one is named', async ([, args, complaint]) => {
    await expect(runProgram(args, process)).rejects.toThrow(complaint);
    await expect(runProgram(args, process)).rejects.toThrow(ConfigError);
  });

  test('wrong usage has the exit code 2, its message in red in a terminal, and no stack', async () => {
    const args = ['tokenizer', 'train', 'a.txt', '--out', 'b', '--vocb-size', '9'];
    const coloured = await runInTerminal(args);
    expect(coloured).toEqual({
      code: 2,
      text:
        '\x1B[31msesame-nlp:\x1B[39m There is no option --vocb-size.\n' +
        'Did you mean --vocab-size? (A FILE that begins with - goes after --.)\n' +
        'See sesame-nlp tokenizer train --help.\n',
    });
    const plain = await runInTerminal(args, { environment: { NO_COLOR: '1' } });
    expect(plain).toEqual({ code: 2, text: stripVTControlCharacters(coloured.text) });
  });

  test.for([80, 40])('help has bold titles in a terminal, and keeps to its %s columns', async (columns) => {
    const { code, text } = await runInTerminal(['tokenizer', 'encode', '--help'], { columns });
    expect(code).toBe(0);
    expect(text).toContain('\x1B[1mOptions:\x1B[22m');
    const [explanation, examples] = stripVTControlCharacters(text).split('\nExamples:\n');
    expect(explanation!.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(examples).toMatch(/^ {2}\S/);
  });

  test('a reader who has seen enough ends it quietly', { timeout: 60_000 }, async () => {
    const script =
      'yes "The tide is out." | "$NODE" "$COMMAND" tokenizer encode -t tests/fixtures/tokenizers/tiny-gpt2 | head -n 3';
    const said = execFileSync('/bin/bash', ['-c', `set -o pipefail; ${script}; echo "codes \${PIPESTATUS[*]}"`], {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, COMMAND: inject('command') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said.split('\n').slice(0, 3)).toEqual(Array(3).fill(expect.stringMatching(/^\d+( \d+)+$/)));
    expect(said).toMatch(/codes \d+ 0 0\n$/);
  });
});

test('help loads no tokenizer, and commands on tokenizers no TensorFlow.js', () => {
  const { atOnce, ever } = inject('commandModules');
  expect(atOnce.filter((module) => !/^(src\/(cli|errors)\/|node:)/.test(module))).toEqual([]);
  expect(ever).toContain('src/tokenizers/index.ts');
  expect(ever.filter((module) => module.startsWith('@tensorflow/'))).toEqual([]);
});
