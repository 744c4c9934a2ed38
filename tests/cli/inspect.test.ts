// `sesame-nlp tokenizer inspect`, on the screen of a terminal and elsewhere.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCharacterTokenizer } from '../../src/tokenizers/characterTokenizer.js';
import { runCommand, runInTerminal } from './runCommand.js';

const fixtures = 'tests/fixtures/tokenizers';
const GPT2 = `${fixtures}/gpt2`;
const inspect = (...args: string[]) => ['tokenizer', 'inspect', ...args];

let folder: string;
let bert: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesame-nlp-inspect-'));
  bert = join(folder, 'vocab.txt');
  writeFileSync(bert, gunzipSync(readFileSync(`${fixtures}/bert-base-chinese/vocab.txt.gz`)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('tokenizer inspect', { timeout: 120_000 }, () => {
  test('shows pieces in a table whose columns are straight, Chinese and pictures too', async () => {
    const { code, text } = await runInTerminal(inspect('-t', bert, '潮水退了就知道誰 tides 🌊'));
    expect(code).toBe(0);
    expect(stripVTControlCharacters(text).split('\n')).toEqual([
      '[CLS]潮水退了就知道誰 tides 🌊[SEP]',
      '',
      '   id  offsets  kind     piece  text',
      '  101      0-0  special  [CLS]',
      ' 4060      0-1           潮     潮',
      ' 3717      1-2           水     水',
      ' 6842      2-3           退     退',
      '  749      3-4           了     了',
      ' 2218      4-5           就     就',
      ' 4761      5-6           知     知',
      ' 6887      6-7           道     道',
      ' 6306      7-8           誰     誰',
      ' 9654     9-11           ti     ti',
      '11211    11-14  inside   ##des  des',
      '  100    15-17  unknown  [UNK]  🌊',
      '  102      0-0  special  [SEP]',
      '',
      '16 characters, 35 bytes, 13 pieces (2 special): 1.45 characters a piece',
      '',
    ]);
  });

  test('colours pieces by turns, and what is special or unknown in colours of its own', async () => {
    const { text } = await runInTerminal(inspect('-t', bert, '潮水 tides 🌊'));
    const [cyan, yellow] = ['\x1B[30m\x1B[106m', '\x1B[30m\x1B[103m'];
    const end = '\x1B[49m\x1B[39m';
    expect(text.split('\n')[0]).toBe(
      `\x1B[30m\x1B[105m[CLS]${end}${yellow}潮${end}${cyan}水${end} ${yellow}ti${end}` +
        `${cyan}\x1B[4mdes\x1B[24m${end} \x1B[30m\x1B[101m🌊${end}\x1B[30m\x1B[105m[SEP]${end}`,
    );
    expect(text).toContain(`inside   ${cyan}\x1B[4m##des\x1B[24m${end}  des`);
  });

  test('says which bytes of a character a piece has, and fits into 40 columns', async () => {
    const { text } = await runInTerminal(inspect('-t', GPT2, 'The tides 潮水退了就知道誰, and we see who swims'), {
      columns: 40,
    });
    const lines = stripVTControlCharacters(text).split('\n');
    expect(lines.slice(0, 2)).toEqual(['The tides 潮++水+退+了+就+知++道+誰+,', ' and we see who swims']);
    expect(lines).toContain('46128      3-9          Ġtides  ␣tides');
    expect(lines).toContain('  121    10-11  bytes   ½       潮 bd');
    expect(lines).toContain('36365    11-12  bytes   æ°      水 e6b0');
    expect(lines.slice(-3)).toEqual(['40 characters, 56 bytes, 27 pieces: 1.48', 'characters a piece', '']);
    // A Chinese character has two columns, and a letter that is not ASCII here one.
    const columns = (line: string) => line.length + (line.match(/\p{Script=Han}/gu)?.length ?? 0);
    expect(lines.filter((line) => columns(line) > 40)).toEqual([]);
  });

  test('is plain where there is no terminal or NO_COLOR is set, and coloured where FORCE_COLOR is', async () => {
    const args = inspect('-t', bert, '潮水 tides');
    const [piped, plain, forced] = await Promise.all([
      runCommand(args),
      runInTerminal(args, { environment: { NO_COLOR: '1' } }),
      runCommand(args, { environment: { FORCE_COLOR: '1' } }),
    ]);
    expect(piped.stdout.split('\n')[0]).toBe('[CLS]|潮|水| ti|des|[SEP]');
    expect(plain.text).toBe(piped.stdout);
    expect(forced.stdout).toContain('\x1B[106m');
  });

  test('writes JSON, a line for each line of the standard input', async () => {
    const { code, stdout } = await runCommand(inspect('-t', GPT2, '--json'), { input: 'The tide\n潮水\n\n' });
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual({
      text: 'The tide',
      characters: 8,
      bytes: 8,
      charactersPerPiece: 4,
      pieces: [
        { id: 464, token: 'The', start: 0, end: 3, text: 'The', insideWord: false },
        { id: 20013, token: 'Ġtide', start: 3, end: 8, text: ' tide', insideWord: false },
      ],
    });
    expect(lines[1]).toMatchObject({
      characters: 2,
      bytes: 6,
      pieces: [
        { token: 'æ', text: '潮', kind: 'bytes', bytes: [0xe6], insideWord: false },
        { token: '½', text: '潮', kind: 'bytes', bytes: [0xbd], insideWord: true },
        { token: '®', text: '潮', kind: 'bytes', bytes: [0xae], insideWord: true },
        { token: 'æ°', text: '水', kind: 'bytes', bytes: [0xe6, 0xb0], insideWord: true },
        { token: '´', text: '水', kind: 'bytes', bytes: [0xb4], insideWord: true },
      ],
    });
    expect(lines[2]).toEqual({ text: '', characters: 0, bytes: 0, charactersPerPiece: null, pieces: [] });
  });

  test('shows no control character as it is: text and tokens may come from anybody', async () => {
    const hostile = ['\x1B]0;title\x07', '\u202E', '\u0301', '\u200D', '\u3000', '\r'];
    const file = join(folder, 'hostile.json');
    writeFileSync(file, createCharacterTokenizer({ vocab: [...new Set(hostile.join(''))] }).toJson());
    const { text } = await runInTerminal(inspect('-t', file, hostile.join('')), { environment: { NO_COLOR: '1' } });
    expect(text).toContain('\\u001b|]|0|;|t|i|t|l|e|\\u0007|\\u202e|◌\u0301|\\u200d|\\u3000|\\r');
    expect(text).not.toMatch(/[^\P{C}\n]/u);
  });
});
