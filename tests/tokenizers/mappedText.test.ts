import fc from 'fast-check';
import { MappedText, MappedTextBuilder, mapCharacters } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

/** [start, end) of every unit. */
const origins = (text: MappedText) =>
  Array.from({ length: text.length }, (_, unit) => [text.start(unit), text.end(unit)]);

describe('MappedText', () => {
  it('leads each unit of a text that was not rewritten to itself', () => {
    const text = MappedText.of('abc', 5);
    expect(origins(text)).toEqual([
      [5, 6],
      [6, 7],
      [7, 8],
    ]);
    expect(origins(text.slice(1, 3))).toEqual([
      [6, 7],
      [7, 8],
    ]);
  });

  it('leads what stands for others to all of them, and what was inserted to nothing', () => {
    const source = MappedText.of('a--b');
    const builder = new MappedTextBuilder(source);
    builder.put('▁', 0, 0);
    builder.keep(0, 1);
    builder.put('xyz', 1, 3);
    builder.keep(3, 4);
    builder.put('!', 4, 4);
    const text = builder.build();
    expect(text.text).toBe('▁axyzb!');
    expect(origins(text)).toEqual([
      [0, 0],
      [0, 1],
      [1, 3],
      [1, 3],
      [1, 3],
      [3, 4],
      [4, 4],
    ]);
    expect(origins(text.slice(2, 6))).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
      [3, 4],
    ]);
  });

  it('is rewritten again and again, and still leads to the first text', () => {
    const once = mapCharacters(MappedText.of('aßc😀d'), (codePoint) => (codePoint === 0xdf ? 'ss' : undefined));
    const twice = mapCharacters(once, (codePoint) => (codePoint === 0x61 ? '' : codePoint > 0xffff ? 'E' : undefined));
    expect(twice.text).toBe('sscEd');
    expect(origins(twice)).toEqual([
      [1, 2],
      [1, 2],
      [2, 3],
      [3, 5],
      [5, 6],
    ]);
  });

  it('leads every unit to where it came from, however it is cut, spelt anew and put together', () => {
    type Unit = readonly [unit: string, start: number, end: number];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('slice' as const), from: share, to: share }),
      fc.record({ kind: fc.constant('prepend' as const), text: fc.constantFrom('▁', 'ab') }),
      fc.record({ kind: fc.constant('respell' as const) }),
      fc.record({
        kind: fc.constant('build' as const),
        cuts: fc.array(fc.tuple(share, fc.constantFrom('', 'x', 'yz'))),
      }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12 }), fc.array(step, { maxLength: 6 }), (original, steps) => {
        let text = MappedText.of(original, 100);
        let expected: Unit[] = original.split('').map((unit, at) => [unit, 100 + at, 101 + at]);
        for (const next of steps) {
          const { length } = expected;
          if (length === 0) break;
          if (next.kind === 'slice') {
            const [from, to] = [next.from, next.to].map((value) => Math.round(value * length)).sort((a, b) => a - b);
            text = text.slice(from!, to!);
            expected = expected.slice(from, to);
          } else if (next.kind === 'prepend') {
            text = text.prepended(next.text);
            const [, start] = expected[0]!;
            expected = [...next.text.split('').map((unit): Unit => [unit, start, start]), ...expected];
          } else if (next.kind === 'respell') {
            text = text.respelt(text.text.replaceAll('a', 'A'));
            expected = expected.map(([unit, start, end]) => [unit === 'a' ? 'A' : unit, start, end]);
          } else {
            // Two units are replaced at every cut, and all others kept.
            const builder = new MappedTextBuilder(text);
            const built: Unit[] = [];
            let kept = 0;
            for (const [place, content] of [...next.cuts].sort(([a], [b]) => a - b)) {
              const from = Math.min(Math.max(kept, Math.floor(place * length)), length - 1);
              const to = Math.min(from + 2, length);
              if (from < kept) continue;
              builder.keep(kept, from);
              builder.put(content, from, to);
              const of = [expected[from]![1], expected[to - 1]![2]] as const;
              built.push(...expected.slice(kept, from), ...content.split('').map((unit): Unit => [unit, ...of]));
              kept = to;
            }
            builder.keep(kept, length);
            text = builder.build();
            expected = [...built, ...expected.slice(kept)];
          }
        }
        expect(text.text).toBe(expected.map(([unit]) => unit).join(''));
        expect(origins(text)).toEqual(expected.map(([, start, end]) => [start, end]));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same object where nothing changes', () => {
    const text = MappedText.of('abc');
    expect(mapCharacters(text, () => undefined)).toBe(text);
    expect(text.slice(0, 3)).toBe(text);
  });
});
