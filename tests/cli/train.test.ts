// `sesame-nlp tokenizer train`
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainByteLevelBpeTokenizer } from '../../src/tokenizers/trainers/byteLevelBpeTrainer.js';
import { runCommand, runInTerminal } from './runCommand.js';

const ENGLISH = 'The tide is out, and we see who swims naked.\n'.repeat(40);
const CHINESE = '潮水退了，就知道誰沒穿褲子。\n'.repeat(40);

let folder: string;
const path = (name: string) => join(folder, name);
const train = (...args: string[]) => ['tokenizer', 'train', ...args];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesame-nlp-train-'));
  writeFileSync(path('english.txt'), ENGLISH);
  mkdirSync(path('poems'));
  writeFileSync(path('poems/1.txt'), CHINESE);
  writeFileSync(path('empty.txt'), '');
  writeFileSync(path('latin1.txt'), Uint8Array.of(0x61, 0xe9, 0x0a));
  mkdirSync(path('there'));
  writeFileSync(path('there/tokenizer.json'), 'mine');
  // Different words, so that there is something to learn for seconds.
  const words = Array.from({ length: 400_000 }, (_, index) => (index * 7919).toString(36).padStart(8, 'xyz'));
  writeFileSync(path('long.txt'), words.map((word, index) => word + (index % 10 === 9 ? '\n' : ' ')).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('tokenizer train', { timeout: 120_000 }, () => {
  test('writes the tokenizer that the library learns from files and folders, and shows it on a line', async () => {
    const args = train(path('english.txt'), path('poems'), path('empty.txt'), '--vocab-size', '300', '-o', path('bpe'));
    const { code, stdout, stderr } = await runCommand([...args, '--min-frequency', '3', '--special-tokens', '<a>,<b>']);
    expect(stderr).toMatch(/^learning: .* of 42 pieces .*\nlearning: 42 of 42 pieces {2}finished after \d+s\n$/);
    expect(code).toBe(0);
    const json = readFileSync(path('bpe/tokenizer.json'), 'utf8');
    const options = { vocabSize: 300, minFrequency: 3, specialTokens: ['<a>', '<b>'] };
    const learned = await trainByteLevelBpeTokenizer([ENGLISH, CHINESE], options);
    expect(json).toBe(learned.toJson());
    expect(readdirSync(path('bpe'))).toEqual(['tokenizer.json']);

    const [summary, , pieces, counts] = stdout.split('\n');
    expect(summary).toMatch(/^300 pieces from 3\.5 kB in \d+\.\d s, saved in .*bpe\/tokenizer\.json$/);
    const line = 'The tide is out, and we see who swims naked.';
    const tokens = learned.encode(line).offsets.map((offset) => line.slice(...offset));
    expect(pieces).toBe(tokens.join('|'));
    expect(counts).toMatch(new RegExp(`^44 characters, 44 bytes, ${tokens.length} pieces: `));
  });

  test('reads the standard input, and makes characters that it never saw unknown', async () => {
    const args = train('-', '--type', 'characters', '--out', path('characters'));
    const { code, stdout } = await runCommand(args, { input: CHINESE });
    expect(code).toBe(0);
    expect(stdout).toContain('\n\n潮|水|退|了|，|就|知|道|誰|沒|穿|褲|子|。\n14 characters, 42 bytes, 14 pieces');
    const encoded = await runCommand(['tokenizer', 'encode', '-t', path('characters'), '--tokens', '潮a']);
    expect(encoded.stdout).toBe('潮 [UNK]\n');
  });

  test('says so where there are fewer pieces than were asked for', async () => {
    const { stdout } = await runCommand(train(path('english.txt'), '--vocab-size', '9000', '--out', path('few')));
    expect(stdout).toMatch(/^\d{3} pieces .*\n9,000 were asked for: no more occur often enough\.\n\n/);
  });

  test.for<[title: string, code: number, args: string[], complaint: RegExp]>([
    [
      'a file that is not there',
      1,
      ['nowhere.txt', '--out', 'x'],
      /^sesame-nlp: Text .*nowhere\.txt: there is no such/,
    ],
    ['text that is not UTF-8', 1, ['latin1.txt', '--out', 'x'], /latin1\.txt: it is not UTF-8/],
    ['only empty files', 1, ['empty.txt', '--out', 'x'], /^(.*\n)?sesame-nlp: the corpus is empty\./],
    [
      'a tokenizer that is there',
      1,
      ['english.txt', '--out', 'there'],
      /there is a tokenizer\.json already\.\nGive --force/,
    ],
    [
      'a file in the place of the folder',
      1,
      ['english.txt', '--out', 'empty.txt/x'],
      /a folder is needed, and .* is a file/,
    ],
    [
      'too small a vocabulary',
      2,
      ['english.txt', '--out', 'x', '--vocab-size', '9'],
      /: --vocab-size is 9\.\nIt must be/,
    ],
    [
      'an option of another type',
      2,
      ['english.txt', '--out', 'x', '--type', 'characters', '--vocab-size', '9'],
      /--type characters has no use for --vocab-size\./,
    ],
    [
      'a special token twice',
      1,
      ['english.txt', '--out', 'x', '--special-tokens', 'a,a'],
      /--special-tokens has .* twice/,
    ],
  ])('refuses %s, and writes nothing', async ([, code, args, complaint]) => {
    const given = args.map((arg) => (/\.txt|^x$|^there$/.test(arg) ? path(arg) : arg));
    const outcome = await runCommand(train(...given));
    expect(outcome.stderr).toMatch(complaint);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(existsSync(path('x'))).toBe(false);
    expect(readFileSync(path('there/tokenizer.json'), 'utf8')).toBe('mine');
  });

  test.for([80, 40])('draws one line of progress in a terminal of %s columns', async (columns) => {
    const args = train(path('english.txt'), '--vocab-size', '280', '--out', path(`terminal-${columns}`));
    const { code, text } = await runInTerminal(args, { columns });
    expect(code).toBe(0);
    const [progress, ...rest] = text.split('\n');
    expect(progress).toMatch(/█+ {2}learning: 23 of 23 pieces/);
    expect(progress!.split('\r').length).toBe(1); // drawn again by moving the cursor, not by printing lines
    const drawn = stripVTControlCharacters(progress!.split('\x1B[1G').at(-1)!);
    expect(drawn.length).toBeLessThan(columns);
    const shown = stripVTControlCharacters(rest.join('\n')).split('\n');
    expect(shown.filter((line) => line.length > columns && !line.includes('/'))).toEqual([]);
    for (const colour of ['\x1B[106m', '\x1B[103m']) expect(rest.join('\n')).toContain(colour);
  });

  test('Ctrl-C ends it with exit code 130, and nothing is written', async () => {
    const args = train(path('long.txt'), '--vocab-size', '60000', '--out', path('interrupted/deep'));
    const { code, text } = await runInTerminal(args, { keys: [[/learning/, '\x03']] });
    expect(text).toMatch(/interrupted after \d+s/);
    expect(stripVTControlCharacters(text)).toMatch(/\nsesame-nlp: interrupted; nothing was written\.\n$/);
    expect(code).toBe(130);
    expect(existsSync(path('interrupted'))).toBe(false);
  });

  test('Ctrl-C ends it while it waits for the standard input', async () => {
    const args = train('-', '--out', path('interrupted-too'));
    const { code, text } = await runInTerminal(args, { keys: [[/reading/, 'The tide\n\x03']] });
    expect(code).toBe(130);
    expect(text).toContain('nothing was written.');
    expect(existsSync(path('interrupted-too'))).toBe(false);
  });
});
