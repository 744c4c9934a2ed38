import { ConfigError, TokenizerError } from 'sesame-nlp/errors';
import { loadTokenizer, type TokenizerSource } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { type ExpectedEncoding, readFixture, readZipped } from './fixtures.js';

/** A folder of files, each text or bytes. */
function folder(files: Record<string, string | Uint8Array>, lists = true): TokenizerSource {
  const read = async (file: string) => {
    const content = Object.hasOwn(files, file) ? files[file] : undefined;
    if (content === undefined) throw new Error(`no ${file}`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return lists ? { read, list: async () => Object.keys(files) } : { read };
}
const items = (path: string) => (JSON.parse(readFixture(path)) as { items: ExpectedEncoding[] }).items;

describe('loadTokenizer', () => {
  it('reads tokenizer.json if there is one', async () => {
    const tokenizer = await loadTokenizer(
      folder({ 'tokenizer.json': readFixture('tiny-gpt2/tokenizer.json'), 'vocab.txt': '[UNK]' }),
    );
    for (const { text, ids } of items('tiny-gpt2/expected.json')) expect(tokenizer!.encode(text).ids).toEqual(ids);
  });

  it.each([true, false])(
    'reads BERT’s vocab.txt, and what its settings say; the folder lists its files: %s',
    async (lists) => {
      const files = {
        'vocab.txt': readFixture('tiny-bert/vocab.txt'),
        'tokenizer_config.json': readFixture('tiny-bert/tokenizer_config.json'),
      };
      const { items } = JSON.parse(readFixture('tiny-bert/expected.json')) as {
        items: { text: string; input_ids: number[] }[];
      };
      const tokenizer = (await loadTokenizer(folder(files, lists)))!;
      for (const { text, input_ids } of items) {
        expect(tokenizer.encode(text, { parseSpecialTokens: true }).ids).toEqual(input_ids);
      }
      const cased = await loadTokenizer(folder({ ...files, 'tokenizer_config.json': '{"do_lower_case": false}' }));
      expect(cased!.encode('Hello', { addSpecialTokens: false }).tokens).toEqual(['[UNK]']);
    },
  );

  it('takes the last id of a token that vocab.txt has twice, and lines of either end', async () => {
    const tokenizer = await loadTokenizer(folder({ 'vocab.txt': '[UNK]\r\na\r\nb\r\na\r\n' }));
    expect(tokenizer!.encode('a b c').ids).toEqual([3, 2, 0]);
  });

  it('reads vocab.json and merges.txt: GPT-2’s, GPT-1’s by its name, RoBERTa’s with its template', async () => {
    const of = (name: string) => ({
      'vocab.json': readFixture(`${name}/vocab.json`),
      'merges.txt': readFixture(`${name}/merges.txt`),
    });
    const gpt2 = await loadTokenizer(folder(of('tiny-gpt2')));
    for (const { text, ids } of items('tiny-gpt2/expected.json')) expect(gpt2!.encode(text).ids).toEqual(ids);
    for (const settings of [
      { 'tokenizer_config.json': '{"tokenizer_class":"OpenAIGPTTokenizer"}' },
      { 'config.json': '{"model_type":"openai-gpt"}' },
    ]) {
      const gpt1 = await loadTokenizer(folder({ ...of('tiny-gpt1'), ...settings }));
      for (const { text, ids } of items('tiny-gpt1/expected.json')) expect(gpt1!.encode(text).ids).toEqual(ids);
    }
    const roberta = await loadTokenizer(folder({ ...of('tiny-gpt2'), 'config.json': '{"model_type":"roberta"}' }));
    const { tokens } = roberta!.encode('the', { pair: 'the' });
    expect(tokens).toEqual(['<s>', 'the', '</s>', '</s>', 'the', '</s>']);
  });

  it('reads spiece.model: T5’s with its end and its sentinels', async () => {
    const files = { 'spiece.model': readZipped('tiny-t5/spiece.model') };
    const { items, pieces } = JSON.parse(readFixture('tiny-t5/expected.json')) as {
      items: { text: string; ids: number[]; input_ids_with_eos: number[] }[];
      pieces: unknown[];
    };
    const t5 = (await loadTokenizer(folder({ ...files, 'config.json': '{"model_type":"t5"}' })))!;
    expect(t5.vocabSize).toBe(pieces.length + 100);
    for (const { text, input_ids_with_eos } of items) expect(t5.encode(text).ids).toEqual(input_ids_with_eos);
    const plain = (await loadTokenizer(folder(files)))!;
    for (const { text, ids } of items) expect(plain.encode(text).ids).toEqual(ids);
    const other = folder({ ...files, 'tokenizer_config.json': '{"tokenizer_class":"XLMRobertaTokenizer"}' });
    await expect(loadTokenizer(other)).rejects.toThrow(/XLMRoberta/);
  });

  it('finds nothing in a folder without a tokenizer, and refuses what is malformed', async () => {
    expect(await loadTokenizer(folder({ 'config.json': '{}' }))).toBeUndefined();
    await expect(loadTokenizer(folder({ 'vocab.txt': '[UNK]', 'config.json': '[]' }))).rejects.toThrow(TokenizerError);
    await expect(loadTokenizer(folder({ 'tokenizer.json': '{' }))).rejects.toThrow(/tokenizer.json/);
    await expect(loadTokenizer('models/bert' as never)).rejects.toThrow(ConfigError);
  });
});
