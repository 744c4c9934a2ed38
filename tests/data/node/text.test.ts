import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonLines, readLines } from 'sesame-nlp/data';
import { readText, streamText, textFiles } from 'sesame-nlp/data/node';
import { ConfigError, TrainingError } from 'sesame-nlp/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../support/collect.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sesame-text-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (name: string, content: string | Uint8Array) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const chunksOf = (path: string, chunkBytes?: number) => collect(streamText(path, { chunkBytes }));

test('a file streams in chunks of whole lines', async () => {
  const path = await write('a.txt', 'one\ntwo\nthree');
  expect(await chunksOf(path, 6)).toEqual(['one\n', 'two\n', 'three']);
  expect(await chunksOf(path)).toEqual(['one\ntwo\n', 'three']);
});

test('no chunk size cuts a character, and nothing is lost', async () => {
  const text = '潮水😀退了é就 知道誰'.repeat(10);
  const path = await write('a.txt', text);
  for (const chunkBytes of [1, 2, 3, 5, 7]) {
    const chunks = await chunksOf(path, chunkBytes);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join('')).toBe(text);
    for (const chunk of chunks) expect(chunk).not.toMatch(/\p{Surrogate}/u); // half a character
    expect(chunks).not.toContain('');
  }
});

test('a line without an end is cut, so that memory stays constant', async () => {
  const path = await write('a.txt', 'a'.repeat(10_000));
  const chunks = await chunksOf(path, 10);
  expect(chunks.every((chunk) => chunk.length <= 160)).toBe(true);
  expect(chunks.join('')).toHaveLength(10_000);
});

test('a folder gives its .txt files in the order of their names, each beginning on a line of its own', async () => {
  await write('b.txt', 'second\n');
  await write('a.txt', 'first');
  await write('B.TXT', 'capitals come first');
  await write('c.txt', '');
  await write('d.txt', 'last');
  await write('notes.md', 'not a text');
  await mkdir(join(folder, 'inner.txt'));
  expect(await textFiles(folder)).toEqual(['B.TXT', 'a.txt', 'b.txt', 'c.txt', 'd.txt'].map((n) => join(folder, n)));
  expect(await readText(folder)).toBe('capitals come first\nfirst\nsecond\nlast');
});

test('a byte-order mark is dropped', async () => {
  expect(await readText(await write('a.txt', '\uFEFFabc'))).toBe('abc');
});

test('a text can be read again, by readers too, whose errors name the file', async () => {
  const path = await write('a.txt', '潮\n水\n');
  const text = streamText(path, { chunkBytes: 2 });
  expect(await collect(text)).toEqual(await collect(text));
  const lines = readLines(text);
  expect(await collect(lines)).toEqual(['潮', '水']);
  expect(await collect(lines)).toEqual(['潮', '水']);
  const failing = collect(readJsonLines(streamText(path)));
  await expect(failing).rejects.toThrow(`readJsonLines: ${path}, line 1: this is not JSON`);
});

test('missing, empty and non-UTF-8 texts say what to do', async () => {
  const fails = async (path: string, why: RegExp) => {
    await expect(readText(path)).rejects.toThrow(TrainingError);
    await expect(readText(path)).rejects.toThrow(why);
  };
  await fails(join(folder, 'nothing.txt'), /there is no such file or folder/);
  await fails(folder, /no \.txt file.*\n.*Give a folder/);
  await mkdir(join(folder, 'inner'));
  await fails(folder, /folders are not searched/);
  await fails(await write('empty.txt', ''), /empty/);
  await fails(folder, /empty/);
  await fails(await write('latin1.txt', Uint8Array.of(0x63, 0x61, 0x66, 0xe9)), /not UTF-8 \(after byte/);
  await fails(await write('cut.txt', Uint8Array.of(0x61, 0xe6, 0xbd)), /not UTF-8/);
});

test('an early end and an abort close the file', async () => {
  const path = await write('a.txt', 'line\n'.repeat(100_000));
  const open = async () => (await readdir('/proc/self/fd').catch(() => [])).length;
  const before = await open();
  for await (const _ of streamText(path, { chunkBytes: 100 })) break;
  const controller = new AbortController();
  const stopped = (async () => {
    for await (const _ of streamText(path, { chunkBytes: 100, signal: controller.signal })) {
      controller.abort(new Error('enough'));
    }
  })();
  await expect(stopped).rejects.toThrow('enough');
  await new Promise((resolve) => setTimeout(resolve, 20)); // streams close a moment later
  expect(await open()).toBe(before);
});

test('options that cannot work are refused', async () => {
  const path = await write('a.txt', 'a');
  await expect(chunksOf(path, 0)).rejects.toThrow(ConfigError);
  // @ts-expect-error a misspelt option
  await expect(collect(streamText(path, { chunkbytes: 1 }))).rejects.toThrow(/chunkBytes/);
});
