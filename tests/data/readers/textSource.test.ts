import fc from 'fast-check';
import { readLines, type TextPieces, type TextSource } from 'sesame-nlp/data';
import { ConfigError, DataError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { collect } from '../../support/collect.js';
import { cutAt, somePlaces } from '../pieces.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const lines = (source: TextSource) => collect(readLines(source));

test('a text comes as strings or as UTF-8 bytes, from a list, a generator, a stream or a function', async () => {
  const expected = ['潮水', '退了😀'];
  async function* generator() {
    yield '潮水\n';
    yield '退了😀';
  }
  const sources: TextSource[] = [
    ['潮水\n退了😀'],
    new Set(['潮水\n', '退了😀']),
    generator(),
    [bytes('潮水\n退了😀')],
    new Response('潮水\n退了😀').body!,
    new Response('潮水\n退了😀').body!.pipeThrough(new TextDecoderStream()),
    () => ['潮水\n退了😀'],
    async () => new Response('潮水\n退了😀').body!,
  ];
  for (const source of sources) expect(await lines(source)).toEqual(expected);
});

test('neither strings nor bytes need to be cut between characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 20 }), somePlaces(80), async (text, places) => {
      const whole = await lines([text]);
      expect(await lines(cutAt(text, places))).toEqual(whole);
      const encoded = bytes(text);
      const cuts = [0, ...[...places].sort((a, b) => a - b), encoded.length];
      expect(await lines(cuts.slice(1).map((end, index) => encoded.subarray(cuts[index], end)))).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test('the byte-order mark at the beginning is dropped, and no other', async () => {
  expect(await lines(['\ufeffa\n', '\ufeffb'])).toEqual(['a', '\ufeffb']);
  expect(await lines(['', '\ufeff', 'a'])).toEqual(['a']);
  expect(await lines([bytes('\ufeffa')])).toEqual(['a']);
});

test('lone surrogates pass as they are, for the tokenizer to replace', async () => {
  expect(await lines(['a\ud83d', 'b\ude00'])).toEqual(['a\ud83db\ude00']);
});

test.each([
  ['a surrogate encoded as if it were a character', [0x61, 0xed, 0xa0, 0xbd]],
  ['a byte that begins nothing', [0x61, 0xff]],
  ['a text that ends inside a character', [0xe6, 0xbd]],
])('%s is not UTF-8', async (_, encoded) => {
  await expect(lines([Uint8Array.from(encoded)])).rejects.toThrow(DataError);
  await expect(lines([Uint8Array.from(encoded)])).rejects.toThrow(/not UTF-8.*\n.*TextDecoder/);
});

test('examples can be read again where the source can', async () => {
  const fromList = readLines(['a\nb']);
  expect(await collect(fromList)).toEqual(await collect(fromList));
  let opened = 0;
  const fromFunction = readLines(() => {
    opened++;
    return (async function* () {
      yield `opened ${opened} times`;
    })();
  });
  expect(await collect(fromFunction)).toEqual(['opened 1 times']);
  expect(await collect(fromFunction)).toEqual(['opened 2 times']);
});

test('two iterations at once do not disturb each other', async () => {
  const examples = readLines(['a\nb\nc']);
  const pairs: string[] = [];
  for await (const outer of examples) for await (const inner of examples) pairs.push(outer + inner);
  expect(pairs).toEqual(['aa', 'ab', 'ac', 'ba', 'bb', 'bc', 'ca', 'cb', 'cc']);
});

/** A stream of a browser in which streams have no async iterator. */
function plainStream(text: string) {
  let cancelled = 0;
  const stream = new ReadableStream<string>({
    pull: (controller) => controller.enqueue(text),
    cancel: () => {
      cancelled++;
    },
  });
  const source = { getReader: () => stream.getReader() } as unknown as TextPieces;
  return { source, cancelled: () => cancelled };
}

test('a stream without an async iterator is read all the same, and cancelled when the loop is left', async () => {
  const { source, cancelled } = plainStream('line\n');
  for await (const line of readLines(source)) {
    expect(line).toBe('line');
    break;
  }
  expect(cancelled()).toBe(1);
});

test('an error cites the name of a source that has one', async () => {
  const source = { name: 'notes.txt', [Symbol.iterator]: () => ['12345'].values() };
  const failing = collect(readLines(source, { maxRecordLength: 4 }));
  await expect(failing).rejects.toThrow(/^readLines: notes.txt, line 1: it is longer than 4 characters/);
});

test('a string is refused, since it may be meant as a path; so is what holds no text', async () => {
  // The types let a string pass: it is an iterable of strings.
  await expect(lines('reviews.csv')).rejects.toThrow(ConfigError);
  await expect(lines('reviews.csv')).rejects.toThrow(/streamText\(path\).*\[text\]/s);
  for (const wrong of [undefined, null, 3, {}, Promise.resolve(['a']), new Response('a')]) {
    await expect(lines(wrong as unknown as TextSource)).rejects.toThrow(ConfigError);
    await expect(lines(wrong as unknown as TextSource)).rejects.toThrow(/no iterable of strings or bytes/);
  }
  await expect(lines([3] as unknown as TextSource)).rejects.toThrow(ConfigError);
});
