import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BackendError } from 'sesame-nlp/errors';
import { describe, expect, test } from 'vitest';
import { binary } from '../../../src/generated/kernels.js';
import { declareMemoryShared, sectionsOf } from '../../../src/kernels/wasm/wasmBinary.js';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const TYPES = [1, 4, 1, 0x60, 0, 0];
const text = (value: string) => [value.length, ...Buffer.from(value)];
const section = (id: number, content: readonly number[]) => [id, content.length, ...content];

/** A module with something of every kind that can be imported before its memory. */
const importing = (...limits: number[]) =>
  Uint8Array.from([
    ...HEADER,
    ...TYPES,
    ...section(2, [
      5,
      ...[...text('a'), ...text('function'), 0, 0],
      ...[...text('a'), ...text('table'), 1, 0x70, 1, 1, 200, 1],
      ...[...text('a'), ...text('endless'), 1, 0x70, 0, 1],
      ...[...text('a'), ...text('global'), 3, 0x7f, 0],
      ...[...text('a'), ...text('memory'), 2, ...limits],
    ]),
  ]);

/** A module with a memory of its own. */
const owning = (...limits: number[]) => Uint8Array.from([...HEADER, ...TYPES, ...section(5, [1, ...limits])]);

const memoryOf = (module: Uint8Array<ArrayBuffer>) =>
  new WebAssembly.Instance(new WebAssembly.Module(module), {
    a: {
      function: () => {},
      table: new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 200 }),
      endless: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }),
      global: new WebAssembly.Global({ value: 'i32' }),
      memory: new WebAssembly.Memory({ initial: 1, maximum: 300, shared: true }),
    },
  });

describe('a memory that is declared shared', () => {
  test.each([
    ['imported, behind imports of every other kind', importing(1, 1, 0xac, 2)],
    ['its own', owning(1, 1, 0xac, 2)],
    ['shared already', importing(3, 1, 0xac, 2)],
  ])('%s', (_, module) => {
    const before = module.slice();
    expect(memoryOf(declareMemoryShared(module))).toBeInstanceOf(WebAssembly.Instance);
    expect(module).toEqual(before);
  });

  test('is the only change', () => {
    expect([...declareMemoryShared(owning(1, 1, 0xac, 2))]).toEqual([...owning(3, 1, 0xac, 2)]);
  });

  test.each([
    ['no maximum', owning(0, 1)],
    ['no memory', Uint8Array.from([...HEADER, ...TYPES])],
  ])('cannot be made of a module with %s', (_, module) => {
    expect(() => declareMemoryShared(module)).toThrow(BackendError);
  });

  test("is taken by the engine for tfjs's binary and for the kernels", () => {
    const path = createRequire(import.meta.url).resolve(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    );
    for (const bytes of [readFileSync(path), Buffer.from(binary, 'base64')]) {
      expect(WebAssembly.validate(declareMemoryShared(bytes))).toBe(true);
    }
  });
});

test('sections are found with their places, also long ones', () => {
  const long = [0, 0xc8, 1, 2, ...Buffer.from('hi'), ...Array<number>(197).fill(7)]; // a custom section of 200 bytes
  const module = Uint8Array.from([...HEADER, ...long, ...section(5, [1, 0, 1])]);
  expect(sectionsOf(module)).toEqual([
    { id: 0, start: 11, end: 211 },
    { id: 5, start: 213, end: 216 },
  ]);
});
