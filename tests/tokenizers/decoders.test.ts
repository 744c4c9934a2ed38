import fc from 'fast-check';
import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import {
  bpeDecoder,
  byteFallbackDecoder,
  byteLevelDecoder,
  createTokenizer,
  ctcDecoder,
  type Decoder,
  fuseDecoder,
  metaspaceDecoder,
  replaceDecoder,
  sequenceDecoder,
  stripDecoder,
  wordLevelModel,
  wordPieceDecoder,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

/** What the tokens become, a string for each, and one for the end. */
function stream(decoder: Decoder | undefined, tokens: readonly string[]): string[] {
  const model = wordLevelModel({ vocab: [...new Set(tokens)] });
  const tokenizer = createTokenizer({ model, ...(decoder && { decoder }) });
  const decoding = tokenizer.decodeStream();
  const ids = tokens.map((token) => tokenizer.tokenToId(token)!);
  const parts = [...ids.map((id) => decoding.push(id)), decoding.end()];
  expect(parts.join('')).toBe(tokenizer.decode(ids));
  return parts;
}
const decode = (decoder: Decoder | undefined, tokens: readonly string[]) => stream(decoder, tokens).join('');

describe('decoders', () => {
  it('put spaces between tokens where there is none of them', () => {
    expect(stream(undefined, ['a', 'b', 'a'])).toEqual(['a', ' b', ' a', '']);
  });

  it('end words of BPE', () => {
    expect(stream(bpeDecoder(), ['lo', 'w</w>', 'tide</w>'])).toEqual(['lo', 'w', ' tide', '']);
    expect(decode(bpeDecoder('@'), ['a@b', 'c'])).toBe('a bc');
    expect(decode(bpeDecoder('@'), ['a@b'])).toBe('ab');
  });

  it('read bytes', () => {
    expect(stream(byteLevelDecoder(), ['Ġa', 'æ½', '®', 'Ã', '潮'])).toEqual([' a', '', '潮', '', '\ufffd潮', '']);
    expect(stream(byteFallbackDecoder(), ['a', '<0xE6>', '<0xbd>', '<0xAE>', 'b', '<0xE6>'])).toEqual([
      'a',
      '',
      '',
      '',
      '潮b',
      '',
      '\ufffd',
    ]);
    expect(decode(byteFallbackDecoder(), ['<0x61>', '<0xFF>', 'a', '<0x6>'])).toBe('\ufffd\ufffda<0x6>');
  });

  it('join words of WordPiece', () => {
    expect(stream(wordPieceDecoder(), ['un', '##believ', '##able', '!', 'tide'])).toEqual([
      'un',
      'believ',
      'able',
      '!',
      ' tide',
      '',
    ]);
    expect(decode(wordPieceDecoder({ cleanup: false }), ['##a', '##b', '!'])).toBe('##ab !');
    expect(decode(wordPieceDecoder({ prefix: '@@' }), ['a', '@@b', '##c'])).toBe('ab ##c');
    expect(() => wordPieceDecoder({ cleanUp: true } as never)).toThrow(/Did you mean cleanup/);
  });

  it('write spaces back', () => {
    expect(stream(metaspaceDecoder(), ['▁Hey', '▁', '▁you'])).toEqual(['Hey', ' ', ' you', '']);
    expect(decode(metaspaceDecoder({ prependScheme: 'never' }), ['▁Hey', '▁you'])).toBe(' Hey you');
    expect(decode(metaspaceDecoder({ replacement: '_' }), ['_a_b', '_c▁'])).toBe('ab c▁');
  });

  it('read what is spoken', () => {
    const spoken = '<pad> <pad> h e e l l <pad> l o o o <pad>'.split(' ');
    expect(decode(ctcDecoder(), spoken)).toBe('hello');
    expect(decode(ctcDecoder(), ['a', '|', '|', 'b'])).toBe('a b');
    expect(decode(ctcDecoder({ cleanup: false }), ['a', '|', 'b'])).toBe('a|b');
  });

  it('replace strings and expressions', () => {
    expect(decode(replaceDecoder('▁', ' '), ['▁a▁', 'b'])).toBe(' a b');
    expect(decode(replaceDecoder({ regex: '[aeiou]+' }, '*'), ['queue', 'tide'])).toBe('q*t*d*');
    expect(decode(replaceDecoder('ab', ''), ['a', 'b', 'aab'])).toBe('aba');
  });

  it('strip the ends of tokens', () => {
    expect(decode(stripDecoder('H', 1, 0), ['Hey', ' friend!', 'HHH'])).toBe('ey friend!HH');
    expect(decode(stripDecoder('y', 0, 1), ['Hey', ' friend!'])).toBe('He friend!');
    expect(decode(stripDecoder(' ', 1, 1), ['  a  ', ' '])).toBe(' a ');
    expect(() => stripDecoder('ab', 1, 1)).toThrow(TokenizerError);
    expect(() => stripDecoder('a', -1, 1)).toThrow(ConfigError);
  });

  it('come one after the other: Llama’s', () => {
    const llama = sequenceDecoder([
      replaceDecoder('▁', ' '),
      byteFallbackDecoder(),
      fuseDecoder(),
      stripDecoder(' ', 1, 0),
    ]);
    expect(stream(llama, ['▁The', '▁tide', '<0xE6>', '<0xBD>', '<0xAE>', '▁', '.'])).toEqual([
      'The',
      ' tide',
      '',
      '',
      '',
      '潮 ',
      '.',
      '',
    ]);
    expect(decode(llama, ['▁', '▁x'])).toBe(' x');
  });

  it('see one text after fuse', () => {
    const decoder = (pattern: string) => sequenceDecoder([fuseDecoder(), replaceDecoder(pattern, '-')]);
    expect(stream(decoder('abc'), ['a', 'b', 'c', 'ab', 'x', 'ab'])).toEqual(['', '', '-', '', 'abx', '', 'ab']);
    expect(decode(sequenceDecoder([fuseDecoder(), stripDecoder('a', 2, 2)]), ['a', 'aab', 'a', 'a', 'a'])).toBe('aba');
    expect(decode(sequenceDecoder([byteLevelDecoder(), replaceDecoder({ regex: '^ ' }, '')]), ['Ġa', 'Ġb'])).toBe(
      'a b',
    );
  });

  it('give the same text however their tokens are joined by fuse', () => {
    const parts = fc.array(fc.constantFrom('a', 'b', 'ab', ' ', ' a', 'ba ', '  '), { minLength: 1, maxLength: 12 });
    const pattern = fc.constantFrom('ab', 'aba', ' a', 'bb', '  ', 'aa');
    fc.assert(
      fc.property(parts, pattern, (tokens, string) => {
        const decoder = sequenceDecoder([fuseDecoder(), replaceDecoder(string, '#'), stripDecoder(' ', 1, 2)]);
        const text = tokens
          .join('')
          .replaceAll(string, '#')
          .replace(/^ /, '')
          .replace(/ {1,2}$/, '');
        expect(decode(decoder, tokens)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('start anew after the end', () => {
    const tokenizer = createTokenizer({ model: wordLevelModel({ vocab: ['▁a'] }), decoder: metaspaceDecoder() });
    const decoding = tokenizer.decodeStream();
    expect([decoding.push(0), decoding.push(0), decoding.end(), decoding.push(0)]).toEqual(['a', ' a', '', 'a']);
  });
});
