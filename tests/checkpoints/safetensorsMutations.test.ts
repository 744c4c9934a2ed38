import fc from 'fast-check';
import { readSafetensors, writeSafetensors } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { expect, test } from 'vitest';
import { readFixture } from '../support/fixtures.js';
import { timesToRun } from '../support/nightly.js';
import { type RuleBook, readByTheRules } from './safetensorsByTheRules.js';

const numRuns = timesToRun({ always: 10_000, nightly: 1_000_000 });
const timeout = numRuns * 2; // milliseconds; a run takes about a tenth of one

const reference = await readFixture('checkpoints/reference-writer.safetensors');
const small = writeSafetensors(
  new Map([
    ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
    ['b', { dtype: 'I32', shape: [1], data: Int32Array.of(3) }],
    ['c', { dtype: 'U8', shape: [2, 1], data: Uint8Array.of(4, 5) }],
  ]),
  new Map([['format', 'pt']]),
);

/** Pieces that a hostile header is made of. */
const pieces = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0061', '\\ud800', ' ', '\n', '\0', '\ufeff', 'null', 'true', '1e2'],
  ...['-1', '0', '1', '1.0', '01', '2', '4', '8', '9007199254740991', '9007199254740993', '18446744073709551616'],
  ...['"a":', '"dtype"', '"shape"', '"data_offsets"', '"__metadata__":{}', '"__proto__"', '"F32"', '"F4"', '"x"'],
  ',"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}',
];

type Mutation = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (text: string, where: number) => Math.floor(where * (text.length + 1));
/** Latin-1 text stands for the header's bytes, so that a cut may go through the middle of a character. */
const piece = fc.constantFrom(...pieces.map((text) => Buffer.from(text).toString('latin1')));
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, piece).map(
    ([where, inserted]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + inserted + text.slice(at(text, where)),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 20 })).map(
    ([where, count]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + text.slice(at(text, where) + count),
  ),
  fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(
    ([where, byte]): Mutation =>
      (text) =>
        text.slice(0, at(text, where)) + String.fromCharCode(byte) + text.slice(at(text, where) + 1),
  ),
  // A number of a shape or an offset becomes another, the likeliest way to a wrong length.
  fc.tuple(place, fc.oneof(piece, fc.nat(200).map(String))).map(
    ([where, replacement]): Mutation =>
      (text) => {
        const numbers = [...text.matchAll(/\d+/g)];
        const chosen = numbers[Math.floor(where * numbers.length)];
        if (!chosen) return text;
        return text.slice(0, chosen.index) + replacement + text.slice(chosen.index + chosen[0].length);
      },
  ),
  // The same number, written as JSON or the format do not allow.
  fc.tuple(place, fc.constantFrom('0$&', '-$&', '+$&', '$&.0', '$&e0', ' $& ')).map(
    ([where, form]): Mutation =>
      (text) => {
        const numbers = [...text.matchAll(/\d+/g)];
        const chosen = numbers[Math.floor(where * numbers.length)];
        if (!chosen) return text;
        const replacement = form.replace('$&', chosen[0]);
        return text.slice(0, chosen.index) + replacement + text.slice(chosen.index + chosen[0].length);
      },
  ),
  // One tensor more that owns no bytes, perhaps of a name that is taken, perhaps in the middle of another.
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'weight', '\\u0061', 'new', '__proto__', '0'),
      fc.constantFrom(0, 1, 4, 8, 12, 14, 127),
    )
    .map(
      ([name, offset]): Mutation =>
        (text) => {
          const member = `,"${name}":{"dtype":"F32","shape":[0],"data_offsets":[${offset},${offset}]}`;
          const end = text.lastIndexOf('}');
          return text.slice(0, end) + member + text.slice(end);
        },
    ),
  // Everything from one byte of the data on is said to lie further back or further on: a hole or an overlap.
  fc.tuple(fc.constantFrom(0, 4, 8, 12, 14, 52, 127), fc.integer({ min: -8, max: 8 })).map(
    ([from, shift]): Mutation =>
      (text) =>
        text.replace(/"data_offsets":\[(\d+),(\d+)\]/g, (unchanged, begin: string, end: string) =>
          Number(begin) < from ? unchanged : `"data_offsets":[${Number(begin) + shift},${Number(end) + shift}]`,
        ),
  ),
  // A stretch of the header is said twice.
  fc.tuple(place, place).map(
    ([from, to]): Mutation =>
      (text) => {
        const [start, end] = [at(text, Math.min(from, to)), at(text, Math.max(from, to))];
        return text.slice(0, end) + text.slice(start);
      },
  ),
);

const mutant = fc
  .record({
    file: fc.constantFrom(reference, small),
    mutations: fc.array(mutation, { minLength: 0, maxLength: 3 }),
    length: fc.oneof(
      { weight: 6, arbitrary: fc.constant('true' as const) },
      { weight: 1, arbitrary: fc.constant('before' as const) },
      { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
      { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2000n }) },
    ),
    resized: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: -8, max: 8 }) },
      { weight: 1, arbitrary: fc.integer({ min: -200, max: 200 }) },
    ),
  })
  .map(({ file, mutations, length, resized }) => {
    const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    const before = Buffer.from(file.subarray(8, 8 + headerBytes)).toString('latin1');
    const header = Buffer.from(
      mutations.reduce((text, mutate) => mutate(text), before),
      'latin1',
    );
    const data = file.subarray(8 + headerBytes);
    const kept = data.subarray(0, Math.max(0, data.length + resized));
    const mutated = new Uint8Array(8 + header.length + kept.length + Math.max(0, resized));
    const said = length === 'true' ? header.length : length === 'before' ? headerBytes : length;
    new DataView(mutated.buffer).setBigUint64(0, BigInt(said), true);
    mutated.set(header, 8);
    mutated.set(kept, 8 + header.length);
    return mutated;
  });

function byTheRules(file: Uint8Array): RuleBook | undefined {
  try {
    return readByTheRules(file);
  } catch {
    return undefined;
  }
}

test(
  `a mutated file is read exactly as the rules say, or refused with a CheckpointError (${numRuns} mutations)`,
  () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(mutant, (file) => {
        const expected = byTheRules(file);
        let read: ReturnType<typeof readSafetensors>;
        try {
          read = readSafetensors(file);
        } catch (error) {
          if (!(error instanceof CheckpointError)) throw error;
          if (expected !== undefined) throw new Error(`refused what the rules allow: ${error.message}`);
          refused++;
          return;
        }
        accepted++;
        // Entries by name: JSON.parse, which the rule book stands on, moves keys like "0" to the front.
        expect(read.tensors.size).toBe(expected?.tensors.length);
        for (const [name, dtype, shape, bytes] of expected?.tensors ?? []) {
          const tensor = read.tensors.get(name);
          expect([tensor?.dtype, tensor?.shape, [...(tensor?.data ?? [])]]).toEqual([dtype, shape, bytes]);
          expect(tensor?.data.buffer).toBe(file.buffer); // nothing was copied
        }
        expect(read.metadata).toEqual(new Map(expected?.metadata));
      }),
      { numRuns },
    );
    // Both outcomes are common, or the mutations would test nothing.
    expect(accepted).toBeGreaterThan(numRuns / 100);
    expect(refused).toBeGreaterThan(numRuns / 4);
  },
  timeout,
);

test('a file cut at any byte is refused', () => {
  for (let end = 0; end < reference.length; end++) {
    expect(() => readSafetensors(reference.subarray(0, end))).toThrow(CheckpointError);
  }
});

const memory = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

test.each<[string, (bytes: number) => string]>([
  ['a list of endless numbers', (bytes) => `{"a":{"shape":[${'1,'.repeat(bytes / 2)}`],
  ['nesting without end', (bytes) => `{"a":${'['.repeat(bytes)}`],
  ['objects inside objects', (bytes) => '{"a":'.repeat(bytes / 5)],
  ['a name that never ends', (bytes) => `{"${'n'.repeat(bytes)}`],
  ['whitespace without end', (bytes) => `{${' '.repeat(bytes)}`],
])('a hostile header of %s costs less memory than the file has', (_, header) => {
  const size = 32 * 2 ** 20;
  const file = new Uint8Array(8 + size);
  new TextEncoder().encodeInto(header(size), file.subarray(8));
  new DataView(file.buffer).setBigUint64(0, BigInt(size), true);
  const before = memory();
  expect(() => readSafetensors(file)).toThrow(CheckpointError);
  expect(memory() - before).toBeLessThan(size);
});

test('reading a large file costs next to no memory beyond the file', () => {
  const data = new Uint8Array(64 * 2 ** 20);
  const file = writeSafetensors(new Map([['large', { dtype: 'U8', shape: [data.length], data }]]));
  const before = memory();
  expect(readSafetensors(file).tensors.get('large')?.data.length).toBe(data.length);
  expect(memory() - before).toBeLessThan(2 ** 20);
});
