// `sesame-nlp tokenizer encode`
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createByteLevelBpeTokenizer } from '../../src/tokenizers/byteLevelBpeTokenizer.js';
import { createCharacterTokenizer } from '../../src/tokenizers/characterTokenizer.js';
import { runCommand, runInTerminal } from './runCommand.js';

const fixtures = 'tests/fixtures/tokenizers';
const tinyGpt2 = createByteLevelBpeTokenizer({
  vocab: readFileSync(`${fixtures}/tiny-gpt2/vocab.json`, 'utf8'),
  merges: readFileSync(`${fixtures}/tiny-gpt2/merges.txt`, 'utf8'),
});
const BERT = ['-t', `${fixtures}/tiny-bert`];
const encode = (...args: string[]) => ['tokenizer', 'encode', ...args];

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesame-nlp-encode-'));
  writeFileSync(path('characters.json'), createCharacterTokenizer({ vocab: [...'潮水 退了\n"'] }).toJson());
  writeFileSync(path('spiece.model'), gunzipSync(readFileSync(`${fixtures}/tiny-t5/spiece.model.gz`)));
  copyFileSync(`${fixtures}/tiny-bert/vocab.txt`, path('vocab.txt'));
  for (const file of ['vocab.json', 'merges.txt']) copyFileSync(`${fixtures}/tiny-gpt2/${file}`, path(`my-${file}`));
  mkdirSync(path('links'));
  symlinkSync(resolve(fixtures, 'tiny-bert/tokenizer.json'), path('links/tokenizer.json'));
  mkdirSync(path('nothing'));
  writeFileSync(path('broken.json'), '{"model":');
  writeFileSync(path('lines.txt'), 'the tide\r\n\r\n潮水退了\nthe end');
  writeFileSync(path('latin1.txt'), Uint8Array.of(0x61, 0xe9, 0x0a));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('tokenizer encode', { timeout: 120_000 }, () => {
  test('writes the ids of each text in a line: of arguments, of a file, of the standard input', async () => {
    const tokenizer = ['-t', `${fixtures}/tiny-gpt2`];
    const ids = (...texts: string[]) => texts.map((text) => `${tinyGpt2.encode(text).ids.join(' ')}\n`).join('');
    const lines = ['the tide', '', '潮水退了', 'the end'];
    const [given, file, input] = await Promise.all([
      runCommand(encode(...tokenizer, 'The tide is out.', '--', '-5')),
      runCommand(encode(...tokenizer, '--file', path('lines.txt'))),
      runCommand(encode(...tokenizer), { input: lines.join('\n') }),
    ]);
    expect(given).toEqual({ code: 0, stdout: ids('The tide is out.', '-5'), stderr: '' });
    expect(file).toEqual({ code: 0, stdout: ids(...lines), stderr: '' });
    expect(input).toEqual(file);
  });

  test.for([
    ['a tokenizer.json by another name', 'characters.json', '潮水', '潮 水'],
    ['vocab.txt', 'vocab.txt', 'cat', '[CLS] cat [SEP]'],
    ['vocab.json, with its merges', 'my-vocab.json', ' the', 'Ġthe'],
    ['merges.txt, with its vocabulary', 'my-merges.txt', ' the', 'Ġthe'],
    ['spiece.model', 'spiece.model', 'the', '▁the'],
    ['a folder of links, as download caches are', 'links', 'cat', '[CLS] cat [SEP]'],
  ] as const)('opens %s', async ([, file, text, tokens]) => {
    const { code, stdout, stderr } = await runCommand(encode('-t', path(file), '--tokens', text));
    expect(stderr).toBe('');
    expect(stdout).toBe(`${tokens}\n`);
    expect(code).toBe(0);
  });

  test('writes tokens that could be taken for two as JSON', async () => {
    const { stdout } = await runCommand(encode('-t', path('characters.json'), '--tokens', '潮 水"\n了'));
    expect(stdout).toBe('潮 " " 水 "\\"" "\\n" 了\n');
  });

  test('writes JSON, of pairs too, and cuts and adds as told', async () => {
    const args = [...BERT, '--json', 'cat mat', '--pair', '[SEP]'];
    const [whole, plain, cut] = await Promise.all([
      runCommand(encode(...args)),
      runCommand(encode(...args, '--no-special-tokens', '--parse-special-tokens')),
      runCommand(encode(...BERT, '--max-length', '3', '--tokens', 'cat cat cat cat')),
    ]);
    const { ids, tokens, offsets, typeIds, specialTokensMask } = JSON.parse(whole.stdout) as Record<string, unknown[]>;
    expect(tokens!.slice(0, 2)).toEqual(['[CLS]', 'cat']);
    expect(tokens!.filter((token) => token === '[SEP]')).toHaveLength(2); // the text's is not one of them
    expect(offsets!.slice(0, 2)).toEqual([
      [0, 0],
      [0, 3],
    ]);
    expect(typeIds!.at(-1)).toBe(1);
    expect(specialTokensMask!.at(0)).toBe(1);
    expect(ids).toHaveLength(tokens!.length);
    const parsed = JSON.parse(plain.stdout) as Record<string, unknown[]>;
    expect(parsed.tokens!.at(0)).toBe('cat');
    expect(parsed.tokens!.at(-1)).toBe('[SEP]');
    expect(cut.stdout).toBe('[CLS] cat [SEP]\n');
  });

  test.for<[title: string, code: number, args: string[], complaint: RegExp]>([
    [
      'a tokenizer that is not there',
      1,
      ['-t', 'vocab.tx', 'a'],
      /there is no such file.*\nDid you mean .*vocab\.txt\?/,
    ],
    ['a folder without one', 1, ['-t', 'nothing', 'a'], /there is no tokenizer in it\.\nIt may be a folder with token/],
    ['a broken one', 1, ['-t', 'broken.json', 'a'], /^sesame-nlp: Tokenizer .*broken\.json: /],
    ['text that the vocabulary lacks', 1, ['-t', 'characters.json', 'x'], /^sesame-nlp: .*x/],
    [
      'a file that is not there',
      1,
      ['-t', 'vocab.txt', '--file', 'nowhere.txt'],
      /nowhere\.txt: there is no such file/,
    ],
    ['text that is not UTF-8', 1, ['-t', 'vocab.txt', '--file', 'latin1.txt'], /latin1\.txt: it is not UTF-8/],
    ['texts and a file', 2, ['-t', 'vocab.txt', '--file', 'lines.txt', 'a'], /There are texts, and a --file of texts/],
    [
      'a length without room for special tokens',
      2,
      ['-t', 'vocab.txt', '--max-length', '1', 'a'],
      /--max-length is 1, .*\nMake --max-length larger, or pass --no-special-tokens\.\nSee sesame-nlp tokenizer encode/,
    ],
  ])('refuses %s', async ([, code, args, complaint]) => {
    const given = args.map((arg) => (existsSync(path(arg)) || arg.includes('.t') ? path(arg) : arg));
    const outcome = await runCommand(encode(...given));
    expect(outcome.stderr).toMatch(complaint);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
    expect(outcome).toMatchObject({ code, stdout: '' });
  });

  test('answers each line at once, for a program that waits for it, and for somebody who types', async () => {
    const [piped, typed] = await Promise.all([
      runCommand(encode('-t', path('vocab.txt')), {
        input: 'cat\n',
        answer: (stdout) => (stdout.split('\n').length <= 3 ? 'cat\n' : undefined),
      }),
      runInTerminal(encode('-t', path('vocab.txt'), '--tokens'), {
        keys: [
          [/Ctrl-D ends/, 'cat\n'],
          [/\[CLS\] cat \[SEP\]\n/, '\x04'],
        ],
      }),
    ]);
    expect(piped.code).toBe(0);
    expect(piped.stdout).toMatch(/^(\d+ \d+ \d+\n)\1\1$/);
    expect(typed).toEqual({
      code: 0,
      text: 'Each line that you type is a text; Ctrl-D ends.\ncat\n[CLS] cat [SEP]\n',
    });
  });
});
