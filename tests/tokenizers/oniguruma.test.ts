import { TokenizerError } from 'sesame-nlp/errors';
import { describe, expect, it } from 'vitest';
import { fromOniguruma } from '../../src/tokenizers/oniguruma.js';

const matches = (pattern: string, text: string) => text.match(fromOniguruma(pattern)) ?? [];

/** The expressions of tokenizers that are in use. */
const published = {
  gpt2: "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  cl100k:
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  tiktoken:
    "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
  o200k:
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  bloom: ' ?[^(\\s|[.,!?…。，、।۔،])]+',
  deepseek:
    '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  kimi: "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
} as const;

describe('published expressions', () => {
  const text = "I'LL say it'ſ 12345 fine,\n\n  ok.潮水A ";
  it.each([
    ['gpt2', ['I', "'", 'LL', ' say', ' it', "'", 'ſ', ' 12345', ' fine', ',', '\n\n ', ' ok', '.', '潮水A', ' ']],
    ['cl100k', ['I', "'LL", ' say', ' it', "'ſ", ' ', '123', '45', ' fine', ',\n\n', ' ', ' ok', '.潮水A', ' ']],
    ['tiktoken', ['I', "'LL", ' say', ' it', "'ſ", ' ', '123', '45', ' fine', ',\n\n', ' ', ' ok', '.潮水A', ' ']],
    ['o200k', ["I'LL", ' say', " it'ſ", ' ', '123', '45', ' fine', ',\n\n', ' ', ' ok', '.潮水', 'A', ' ']],
    ['bloom', ["I'LL", ' say', " it'ſ", ' 12345', ' fine', ' ok', '潮水A']],
    ['deepseek', ['I', "'LL", ' say', ' it', "'", 'ſ', ' ', ' fine', ',\n\n', ' ', ' ok', '.', '潮水A', ' ']],
    ['kimi', ["I'LL", ' say', " it'ſ", ' ', '123', '45', ' fine', ',\n\n', ' ', ' ok', '.', '潮水', 'A', ' ']],
  ] as const)('%s cuts a text as it does elsewhere', (name, expected) => {
    expect(matches(published[name], text)).toEqual(expected);
  });

  it.each(Object.keys(published) as (keyof typeof published)[])('%s takes linear time', (name) => {
    const expression = fromOniguruma(published[name]);
    const seconds = (length: number, unit: string) => {
      const long = `${unit.repeat(length / unit.length)}!`;
      const begin = performance.now();
      for (const match of long.matchAll(expression)) void match;
      return (performance.now() - begin) / 1000;
    };
    // In quadratic time these would take minutes.
    for (const unit of ['a', 'A', ' ', '\n', ' \n', '潮', '7', "'", '!', '\u0301', 'aA', '😀']) {
      expect(seconds(300_000, unit)).toBeLessThan(5);
    }
  });
});

describe('fromOniguruma', () => {
  it.each([
    ['white space is Unicode’s', '\\s', '\u0085\ufeff\u3000', ['\u0085', '\u3000']],
    ['digits are Unicode’s', '\\d+', '1２x', ['1２']],
    ['words are Unicode’s', '\\w+|\\W', 'é潮_1 -', ['é潮_1', ' ', '-']],
    ['hexadecimal digits', '\\h+|\\H', 'aF9g', ['aF9', 'g']],
    ['a dot is anything but a line feed', '.+', 'a\r\nb', ['a\r', 'b']],
    ['unless it is to be anything', '(?m:.+)', 'a\nb', ['a\nb']],
    ['lines begin and end', '^.|.$', 'ab\ncd', ['a', 'b', 'c', 'd']],
    ['texts begin and end', '\\A.|.\\z', 'ab\ncd', ['a', 'd']],
    ['or end before a last line feed', 'd\\Z', 'd\nd\n', ['d']],
    ['ends of words', '\\b.', 'ab cd', ['a', ' ', 'c']],
    ['case is ignored in a group', '(?i:straße|k)s', 'STRAßEs Ks', ['STRAßEs', 'Ks']],
    ['or to the end of one', '(?:(?i)a|b)c', 'ACBcBC', ['Bc']],
    ['ranges too', '(?i:[a-c]+)', 'aBCd', ['aBC']],
    ['atomic groups', '(?>a+)ab|a', 'aab', ['a', 'a']],
    ['possessive repetitions', 'a*+a|b', 'aab', ['b']],
    ['a repeated interval', '(?:a{2})+b|a{1,2}+', 'aaab', ['aaa']],
    ['an interval without a least number', 'a{,2}', 'aaa', ['aa', 'a', '']],
    ['braces that are none', 'a{b}', 'a{b}', ['a{b}']],
    ['escapes', '\\x41\\x{1F600}\\u6f6e\\t\\-\\/', 'A😀潮\t-/', ['A😀潮\t-/']],
    ['classes in classes', '[a[bc]\\d]+', 'abc1d', ['abc1']],
    ['what two classes share', '[a-z&&[^aeiou]]+', 'tide', ['t', 'd']],
    ['what they do not share', '[^a-z&&[^aeiou]]+', 'tide!', ['i', 'e!']],
    ['brackets and hyphens in classes', '[]a-]+', 'a-]b', ['a-]']],
    ['POSIX classes', '[[:alpha:]]+|[[:^space:]]', 'aé 1', ['aé', '1']],
    ['properties by any spelling', '\\p{han}+|\\p{Script_Extensions}', '潮水', 'refused'],
    ['scripts and categories', '\\p{Hiragana}|\\p{lu}|\\P{^Nd}', 'あA1', ['あ', 'A', '1']],
    ['lookarounds', '(?<=a)b|(?<!a)c|d(?=e)|f(?!g)', 'abacccdefgf', ['b', 'c', 'c', 'd', 'f']],
    ['groups with names', '(?<x>a)b', 'ab', ['ab']],
  ] as const)('%s', (_, pattern, text, expected) => {
    if (expected === 'refused') expect(() => fromOniguruma(pattern)).toThrow(/Script_Extensions/);
    else expect(matches(pattern, text)).toEqual(expected);
  });

  it.each([
    ['(a+)+', /repetition inside a repetition/],
    ['(?:a*b*)*', /repetition inside a repetition/],
    ['(?:a{2,}){30}', /repetition inside a repetition/],
    ['\\1', /\\1/],
    ['\\K', /\\K/],
    ['\\R', /\\R/],
    ['(?~abc)', /\(\?~/],
    ['(?<n>a)\\k<n>', /\\k/],
    ['a)', /closes nothing/],
    ['(a', /nothing closes/],
    ['[a', /nothing closes/],
    ['*a', /repeats nothing/],
    ['a\\', /end where something must follow/],
    ['\\p{Klingon}', /property Klingon/],
    ['[b-a]', /range b-a/],
    ['[a-\\d]', /range that ends in a class/],
    ['(?i:\\p{Lu})', /where case is ignored/],
    ['\\x{110000}', /without its digits/],
    ['('.repeat(1000), /nested too deeply/],
    ['['.repeat(1000), /nested too deeply/],
  ])('refuses %j by what it is', (pattern, message) => {
    expect(() => fromOniguruma(pattern)).toThrow(TokenizerError);
    expect(() => fromOniguruma(pattern)).toThrow(message);
  });

  it('lets a repetition in an atomic group be repeated, which takes no second look', () => {
    expect(matches('(?:(?>a+)b)+', 'aabab')).toEqual(['aabab']);
  });
});
