import { readSafetensors, type SafetensorsDtype, type TensorToWrite, writeSafetensors } from 'sesame-nlp/checkpoints';
import { CheckpointError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { readFixture } from '../support/fixtures.js';
import { readByTheRules } from './safetensorsByTheRules.js';

const realFiles = ['gpt2-lm', 'bert-float16', 'bert-bfloat16', 'bert-int64-buffers', 'reference-writer'];

/** A file around a header of any text; the length says the truth unless another is given. */
function fileOf(header: string | Uint8Array, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

const tensor = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

/** What the library reads, in the rule book's form. */
function asRuleBook(file: Uint8Array) {
  const { tensors, metadata } = readSafetensors(file);
  return {
    tensors: [...tensors].map(([name, { dtype, shape, data }]) => [name, dtype, [...shape], [...data]]),
    metadata: [...metadata],
  };
}

describe('readSafetensors', () => {
  test.each(realFiles)('reads %s.safetensors as the rules of the format do', async (name) => {
    const file = await readFixture(`checkpoints/${name}.safetensors`);
    const read = asRuleBook(file);
    expect(read.tensors.length).toBeGreaterThan(10);
    expect(read).toEqual(readByTheRules(file));
  });

  test('a tensor is a view of the file, not a copy', async () => {
    const file = await readFixture('checkpoints/gpt2-lm.safetensors');
    for (const { data } of readSafetensors(file).tensors.values()) expect(data.buffer).toBe(file.buffer);
  });

  test('a file that does not start at the start of its buffer reads the same', async () => {
    const file = await readFixture('checkpoints/reference-writer.safetensors');
    const shifted = new Uint8Array(file.length + 8).subarray(3, 3 + file.length);
    shifted.set(file);
    expect(asRuleBook(shifted)).toEqual(asRuleBook(file));
  });

  test("a Buffer's tensors are plain Uint8Arrays", async () => {
    const file = await readFixture('checkpoints/reference-writer.safetensors');
    const { tensors } = readSafetensors(Buffer.from(file));
    for (const { data } of tensors.values()) expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
    expect(tensors).toEqual(readSafetensors(file).tensors);
  });

  test('a file in shared memory reads the same', async () => {
    const file = await readFixture('checkpoints/reference-writer.safetensors');
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(asRuleBook(shared)).toEqual(asRuleBook(file));
  });

  test('a header with nothing in it is a file without tensors', () => {
    expect(readSafetensors(fileOf('{}  ')).tensors.size).toBe(0);
  });

  test('a scalar has one element, and an empty tensor none', () => {
    const { tensors } = readSafetensors(
      fileOf(`{"none":${tensor('F32', '[3,0]', '[0,0]')},"one":${tensor('U8', '[]', '[0,1]')}}`, [7]),
    );
    expect(tensors.get('one')).toEqual({ dtype: 'U8', shape: [], data: Uint8Array.of(7) });
    expect(tensors.get('none')).toEqual({ dtype: 'F32', shape: [3, 0], data: new Uint8Array() });
  });

  test('types below a byte are read where they fill whole bytes', () => {
    const file = fileOf(`{"a":${tensor('F4', '[2]', '[0,1]')},"b":${tensor('F6_E2M3', '[4]', '[1,4]')}}`, [1, 2, 3, 4]);
    expect(asRuleBook(file)).toEqual(readByTheRules(file));
    expect(() => readSafetensors(fileOf(`{"a":${tensor('F4', '[3]', '[0,1]')}}`, [1]))).toThrow('no file can hold');
  });

  test('names that are keys of every object stay names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', '\ufeffa'];
    const header = names
      .map((name, i) => `${JSON.stringify(name)}:${tensor('U8', '[1]', `[${i},${i + 1}]`)}`)
      .join(',');
    const metadata = '"__metadata__":{"__proto__":"p","constructor":"c"}';
    const file = readSafetensors(fileOf(`{${header},${metadata}}`, [...names.keys()]));
    expect([...file.tensors.keys()]).toEqual(names);
    expect([...file.metadata]).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect('dtype' in {}).toBe(false);
  });

  const one = tensor('U8', '[1]', '[0,1]');
  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /0 bytes are too few/],
    ['a file shorter than its length field', new Uint8Array(7), /7 bytes are too few/],
    [
      'a header beyond the limit',
      fileOf('{}', [], 100_000_001n),
      /claims 100000001 bytes, the most allowed is 100000000/,
    ],
    ['a length beyond 2^53', fileOf('{}', [], 2n ** 64n - 1n), /claims 18446744073709551615 bytes/],
    [
      'a length that a double would round to a right one',
      fileOf('{}', [], 2n ** 63n + 2n),
      /claims 9223372036854775810/,
    ],
    ['a header longer than the file', fileOf('{}', [], 3n), /claims 3 bytes, the file has 10/],
    ['a header of no bytes', fileOf('', [0x7b]), /does not start with \{/],
    ['a header that starts with a space', fileOf(' {}'), /does not start with \{/],
    ['a list as header', fileOf('[]'), /does not start with \{/],
    ['a byte order mark', fileOf('\ufeff{}'), /does not start with \{/],
    ['a header that is cut', fileOf(`{"a":${one}`, [1]), /byte \d+: expected \}/],
    ['text after the header', fileOf('{}x'), /expected nothing more/],
    ['a NUL after the header', fileOf('{}\0'), /expected nothing more/],
    ['a header that is not UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not UTF-8/],
    ['half a surrogate pair', fileOf(`{"\\ud83d":${one}}`, [1]), /half a surrogate pair/],
    ['a bare control character', fileOf(`{"a\n":${one}}`, [1]), /control character/],
    ['an unknown escape', fileOf(`{"\\x41":${one}}`, [1]), /escape/],
    ['an unterminated escape', fileOf('{"\\'), /ends inside a string/],
    ['a name twice', fileOf(`{"a":${one},"a":${one}}`, [1]), /"a" is there twice/],
    ['a name twice, once escaped', fileOf(`{"a":${one},"\\u0061":${one}}`, [1]), /"a" is there twice/],
    ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" is there twice/],
    ['a metadata key twice', fileOf('{"__metadata__":{"a":"1","a":"2"}}'), /__metadata__ has "a" twice/],
    ['metadata that is no string', fileOf('{"__metadata__":{"a":1}}'), /expected "/],
    ['metadata that is null', fileOf('{"__metadata__":null}'), /expected \{/],
    ['a field twice', fileOf('{"a":{"dtype":"U8","dtype":"I8"}}', [1]), /"dtype" twice/],
    ['a field that is missing', fileOf('{"a":{"dtype":"U8","shape":[1]}}', [1]), /needs dtype, shape, data_offsets/],
    ['a field that is unknown', fileOf('{"a":{"dtpye":"U8"}}', [1]), /"dtpye" as a field/],
    [
      'an unknown dtype',
      fileOf(`{"a":${tensor('FP32', '[1]', '[0,1]')}}`, [1]),
      /unknown dtype "FP32".*\n.*nearest is F32/,
    ],
    ['a dtype from the prototype', fileOf(`{"a":${tensor('constructor', '[1]', '[0,1]')}}`, [1]), /unknown dtype/],
    ['a negative size', fileOf(`{"a":${tensor('U8', '[-1]', '[0,1]')}}`, [1]), /unsigned integer/],
    ['a fractional size', fileOf(`{"a":${tensor('U8', '[1.0]', '[0,1]')}}`, [1]), /expected \]/],
    ['an exponent', fileOf(`{"a":${tensor('U8', '[1e0]', '[0,1]')}}`, [1]), /expected \]/],
    ['a leading zero', fileOf(`{"a":${tensor('U8', '[01]', '[0,1]')}}`, [1]), /unsigned integer/],
    ['a size beyond 2^53', fileOf(`{"a":${tensor('U8', '[9007199254740992]', '[0,1]')}}`, [1]), /below 2\^53/],
    [
      'sizes whose product overflows to 0',
      fileOf(`{"a":${tensor('U8', '[4294967296,4294967296,0]', '[0,0]')}}`),
      /no file/,
    ],
    [
      'more dimensions than any library has',
      fileOf(`{"a":${tensor('U8', `[${Array(65).fill(1)}]`, '[0,1]')}}`, [1]),
      /at most 64/,
    ],
    ['three offsets', fileOf(`{"a":${tensor('U8', '[1]', '[0,1,2]')}}`, [1]), /at most 2/],
    ['offsets that run backwards', fileOf(`{"a":${tensor('U8', '[1]', '[1,0]')}}`, [1]), /needs 1 bytes/],
    ['a shape larger than its bytes', fileOf(`{"a":${tensor('F32', '[1]', '[0,1]')}}`, [1]), /needs 4 bytes/],
    ['a hole', fileOf(`{"a":${one},"b":${tensor('U8', '[1]', '[2,3]')}}`, [1, 2, 3]), /"b".*starts at 2.*end at 1/],
    [
      'an overlap',
      fileOf(`{"a":${tensor('U8', '[2]', '[0,2]')},"b":${tensor('U8', '[2]', '[1,3]')}}`, [1, 2, 3]),
      /starts at 1/,
    ],
    ['two names for the same bytes', fileOf(`{"a":${one},"b":${one}}`, [1]), /starts at 0/],
    ['bytes after the last tensor', fileOf(`{"a":${one}}`, [1, 2]), /cover 1 bytes of data, the file has 2/],
    [
      'a file that is cut',
      fileOf(`{"a":${tensor('U8', '[2]', '[0,2]')}}`, [1]),
      /cover 2 bytes of data, the file has 1/,
    ],
  ])('refuses %s', (_, file, message) => {
    let error: unknown;
    try {
      readSafetensors(file);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toMatch(message);
    expect(() => readByTheRules(file)).toThrow();
  });

  test('an endless name is cut in the message', () => {
    const name = 'n'.repeat(100_000);
    expect(() => readSafetensors(fileOf(`{"${name}":${one}}`))).toThrow(/^.{0,400}$/s);
  });
});

describe('writeSafetensors', () => {
  test('writes what the reference implementation writes, byte for byte, whatever the order', async () => {
    const reference = await readFixture('checkpoints/reference-writer.safetensors');
    const { tensors, metadata } = readSafetensors(reference);
    const reversed = new Map([...tensors].reverse());
    expect(writeSafetensors(reversed, metadata)).toEqual(reference);
  });

  test.each(realFiles)('a round trip of %s.safetensors loses nothing', async (name) => {
    const before = readSafetensors(await readFixture(`checkpoints/${name}.safetensors`));
    const file = writeSafetensors(before.tensors, before.metadata);
    const after = readByTheRules(file);
    expect(new Map(after.metadata)).toEqual(before.metadata);
    expect(after.tensors.length).toBe(before.tensors.size);
    for (const [tensorName, dtype, shape, bytes] of after.tensors) {
      expect([dtype, shape, bytes]).toEqual([
        before.tensors.get(tensorName)?.dtype,
        before.tensors.get(tensorName)?.shape,
        [...(before.tensors.get(tensorName)?.data ?? [])],
      ]);
    }
  });

  test('the data starts at a multiple of 8, after spaces', () => {
    for (let length = 1; length < 10; length++) {
      const file = writeSafetensors(
        new Map([['n'.repeat(length), { dtype: 'U8', shape: [1], data: Uint8Array.of(7) }]]),
      );
      const headerBytes = file[0]!;
      expect(headerBytes % 8).toBe(0);
      expect(new TextDecoder().decode(file.subarray(8, 8 + headerBytes))).toMatch(/^\{.*\} *$/);
      expect(readByTheRules(file).tensors[0]?.[3]).toEqual([7]);
    }
  });

  test('numbers keep their bits, NaN payloads and negative zero too', () => {
    const bits = Uint32Array.of(0x7fc00001, 0xffc12345, 0x7f800001, 0x80000000, 0x00000001, 0x7f7fffff);
    const data = new Float32Array(bits.buffer);
    const file = writeSafetensors(new Map([['nan', { dtype: 'F32', shape: [2, 3], data }]]));
    expect(readByTheRules(file).tensors[0]?.[3]).toEqual([...new Uint8Array(bits.buffer)]);
  });

  test('a view into a larger buffer is written without its surroundings', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeSafetensors(new Map([['view', { dtype: 'F32', shape: [2], data }]]));
    expect(readByTheRules(file).tensors[0]?.[3]).toEqual([...new Uint8Array(Float32Array.of(1, 2).buffer)]);
  });

  test('metadata is sorted, and none leaves no trace', () => {
    const entries = new Map([
      ['format', 'pt'],
      ['a', '潮水'],
      ['__proto__', '"'],
    ]);
    expect(readByTheRules(writeSafetensors(new Map(), entries)).metadata).toEqual([
      ['__proto__', '"'],
      ['a', '潮水'],
      ['format', 'pt'],
    ]);
    expect(new TextDecoder().decode(writeSafetensors(new Map()).subarray(8))).toBe('{}      ');
  });

  const bad = (dtype: string, shape: number[], data: TensorToWrite['data']): [string, TensorToWrite] => [
    'w',
    { dtype: dtype as SafetensorsDtype, shape, data },
  ];
  test.each<[string, [string, TensorToWrite], RegExp]>([
    ['a shape that needs more data', bad('F32', [3], new Float32Array(2)), /needs 12 bytes, its data has 8/],
    [
      'another array than the dtype',
      bad('I32', [2], new Float32Array(2)),
      /declared I32 but its data is a Float32Array/,
    ],
    ['a negative size', bad('U8', [-1], new Uint8Array(1)), /shape \[-1\]/],
    ['a fractional size', bad('U8', [0.5], new Uint8Array(1)), /shape \[0.5\]/],
    ['an unknown dtype', bad('float32', [1], new Float32Array(1)), /unknown dtype "float32"/],
    [
      'the name of the metadata',
      ['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array() }],
      /keeps for metadata/,
    ],
    ['half a surrogate pair', ['\ud83d', { dtype: 'U8', shape: [0], data: new Uint8Array() }], /half a surrogate pair/],
  ])('refuses %s', (_, entry, message) => {
    const write = () => writeSafetensors(new Map([entry]));
    expect(write).toThrow(CheckpointError);
    expect(write).toThrow(message);
  });
});
