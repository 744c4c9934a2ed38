import { TokenizerError } from 'sesame-nlp/errors';
import {
  bertPostProcessor,
  byteLevelPostProcessor,
  byteLevelPreTokenizer,
  createTokenizer,
  type PostProcessorOf,
  robertaPostProcessor,
  sequencePostProcessor,
  templatePostProcessor,
  whitespaceSplitPreTokenizer,
  wordLevelModel,
} from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';

const tokenizer = (postProcessor: PostProcessorOf) =>
  createTokenizer({
    preTokenizer: whitespaceSplitPreTokenizer(),
    model: wordLevelModel({ vocab: ['a', 'b', 'c'] }),
    postProcessor,
    addedTokens: ['[CLS]', '[SEP]', '<s>', '</s>'],
  });

describe('post-processors', () => {
  it('put BERT’s tokens around', () => {
    const bert = tokenizer(bertPostProcessor());
    expect(bert.encode('a').tokens).toEqual(['[CLS]', 'a', '[SEP]']);
    const { tokens, typeIds } = bert.encode('a b', { pair: 'c' });
    expect(tokens).toEqual(['[CLS]', 'a', 'b', '[SEP]', 'c', '[SEP]']);
    expect(typeIds).toEqual([0, 0, 0, 0, 1, 1]);
    expect(bert.encode('a', { pair: 'c', addSpecialTokens: false }).typeIds).toEqual([0, 1]);
  });

  it('put RoBERTa’s tokens around, of one type', () => {
    const roberta = tokenizer(robertaPostProcessor());
    const { tokens, typeIds } = roberta.encode('a', { pair: 'c' });
    expect(tokens).toEqual(['<s>', 'a', '</s>', '</s>', 'c', '</s>']);
    expect(typeIds).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('take spaces out of offsets', () => {
    const byteLevel = (options: Parameters<typeof byteLevelPostProcessor>[0]) =>
      createTokenizer({
        preTokenizer: byteLevelPreTokenizer({ addPrefixSpace: true }),
        model: wordLevelModel({ vocab: ['Ġa', 'Ġbc', 'ĠĠ', 'Ġ'] }),
        postProcessor: byteLevelPostProcessor(options),
      });
    const text = 'a bc   a';
    const surfaces = (options: Parameters<typeof byteLevelPostProcessor>[0]) =>
      byteLevel(options)
        .encode(text)
        .offsets.map(([start, end]) => text.slice(start, end));
    expect(surfaces({})).toEqual(['a', 'bc', '', 'a']);
    expect(surfaces({ trimOffsets: false })).toEqual(['a', ' bc', '  ', ' a']);
  });

  it('come one after the other', () => {
    const sequence = tokenizer(
      sequencePostProcessor([byteLevelPostProcessor(), templatePostProcessor({ single: '<s> $A' })]),
    );
    expect(sequence.encode('a b').tokens).toEqual(['<s>', 'a', 'b']);
    expect(sequence.encode('a', { pair: 'b' }).typeIds).toEqual([0, 1]);
    expect(tokenizer(sequencePostProcessor([])).encode('a').ids).toEqual([0]);
    expect(() => tokenizer(sequencePostProcessor([bertPostProcessor(), robertaPostProcessor()]))).toThrow(
      /2 of its parts/,
    );
  });

  it('refuse tokens that the vocabulary lacks', () => {
    expect(() => tokenizer(bertPostProcessor({ cls: '[X]' }))).toThrow(TokenizerError);
    expect(() => tokenizer(templatePostProcessor({ single: '[X] $A' }))).toThrow(/"\[X\]"/);
  });
});
