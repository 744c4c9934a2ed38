// Command lines: what they say by a table of options, and how the table explains itself.
import { expect, test } from 'vitest';
import { formatRows, optionRows, wrap } from '../../src/cli/options/optionsHelp.js';
import { readArguments } from '../../src/cli/options/readArguments.js';
import { ConfigError } from '../../src/errors/index.js';

const TABLE = {
  name: { type: 'text', short: 'n', help: 'a name' },
  kind: { type: 'text', choices: ['plain', 'fancy'], default: 'plain', help: 'a kind' },
  words: { type: 'list', help: 'some words' },
  size: { type: 'whole', min: 1, default: 8, help: 'a size' },
  rate: { type: 'number', variable: 'SESAME_TEST_RATE', help: 'a rate' },
  loud: { type: 'flag', help: 'say it aloud' },
} as const;
const FILES = { name: 'FILE', help: 'some files' };

test('values have their types, and defaults where they are not given', () => {
  expect(readArguments([], TABLE)).toEqual({
    options: { name: undefined, kind: 'plain', words: undefined, size: 8, rate: undefined, loud: false },
    given: [],
    operands: [],
  });
  const args = ['-n', 'Ada', 'a', '--size=3', '--loud', '--rate', '-0.5', '--words', 'x,y', 'b', '--words', 'z'];
  expect(readArguments(args, TABLE, FILES)).toEqual({
    options: { name: 'Ada', kind: 'plain', words: ['x', 'y', 'z'], size: 3, rate: -0.5, loud: true },
    given: ['name', 'size', 'loud', 'rate', 'words'],
    operands: ['a', 'b'],
  });
});

test('the last of several values counts, an empty list is a list, and after -- nothing is an option', () => {
  const args = ['--size', '2', '--size', '4', '--words', '', '--', '--loud', '-x'];
  const read = readArguments(args, TABLE, FILES);
  expect(read).toMatchObject({ options: { size: 4, words: [], loud: false }, operands: ['--loud', '-x'] });
});

test('an environment variable stands in for its option', () => {
  process.env.SESAME_TEST_RATE = '0.25';
  try {
    expect(readArguments([], TABLE)).toMatchObject({ options: { rate: 0.25 } });
    expect(readArguments(['--rate', '1'], TABLE)).toMatchObject({ options: { rate: 1 } });
  } finally {
    delete process.env.SESAME_TEST_RATE;
  }
});

test('--help and -h are asked for whatever else is wrong', () => {
  expect(readArguments(['--nonsense', '--help'], TABLE)).toBe('help');
  expect(readArguments(['-h', 'x'], TABLE)).toBe('help');
});

test.for<[args: string[], complaint: RegExp]>([
  [['--nmae', 'x'], /no option --nmae\.\nDid you mean --name\?/],
  [['--zzzzzzzz'], /no option --zzzzzzzz\.\nTry --help\./],
  [['--__proto__', 'x'], /no option --__proto__\./],
  [['--name'], /--name needs a value\.\nWrite --name TEXT\./],
  [['--name', '--loud'], /--name needs a value\./],
  [['--loud=yes'], /--loud has no value/],
  [['--kind', 'fnacy'], /--kind is fnacy, and must be plain or fancy\.\nDid you mean fancy\?/],
  [['--size', '1.5'], /--size is 1\.5, and must be a whole number of at least 1\./],
  [['--rate', ''], /--rate is , and must be a number\./],
  [['what'], /nothing to do with "what"\./],
])('%s is refused', ([args, complaint]) => {
  expect(() => readArguments(args, TABLE)).toThrow(complaint);
  expect(() => readArguments(args, TABLE)).toThrow(ConfigError);
});

test('help has a row for each option, in two columns or, where that is too narrow, in one', () => {
  const rows = optionRows(TABLE);
  expect(rows.map(([name]) => name)).toEqual([
    '-n, --name TEXT',
    '--kind plain|fancy',
    '--words A,B',
    '--size N',
    '--rate X',
    '--loud',
    '-h, --help',
  ]);
  expect(formatRows(rows.slice(3, 5), 60)).toBe(
    '  --size N  a size (default 8)\n  --rate X  a rate (or the environment variable\n            SESAME_TEST_RATE)',
  );
  expect(formatRows(rows.slice(3, 5), 30)).toBe(
    '  --size N\n      a size (default 8)\n  --rate X\n      a rate (or the\n      environment variable\n      SESAME_TEST_RATE)',
  );
});

test('text is wrapped at words, and a word that is too long stands alone', () => {
  expect(wrap('to be or not to be', 8)).toEqual(['to be or', 'not to', 'be']);
  expect(wrap('a methodological b', 5)).toEqual(['a', 'methodological', 'b']);
});
