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

  it('is the same object where nothing changes', () => {
    const text = MappedText.of('abc');
    expect(mapCharacters(text, () => undefined)).toBe(text);
    expect(text.slice(0, 3)).toBe(text);
  });
});
