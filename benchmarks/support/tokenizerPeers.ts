// GPT-2's tokenizer in every library that has it, behind one function. Each is loaded when it is asked for.
import { readFileSync } from 'node:fs';
import { createByteLevelBpeTokenizer } from 'sesame-nlp/tokenizers';

/** The ids of a text; text that spells a special token is text. */
export type Encode = (text: string) => ArrayLike<number>;

const readFixture = (name: string) =>
  readFileSync(new URL(`../../tests/fixtures/tokenizers/gpt2/${name}`, import.meta.url), 'utf8');

function ours() {
  return createByteLevelBpeTokenizer({ vocab: readFixture('vocab.json'), merges: readFixture('merges.txt') });
}

export const peers = {
  'sesame-nlp': async (): Promise<Encode> => {
    const tokenizer = ours();
    return (text) => tokenizer.encode(text).ids;
  },
  'gpt-tokenizer': async (): Promise<Encode> => {
    const { encode } = await import('gpt-tokenizer/encoding/r50k_base');
    return (text) => encode(text, { disallowedSpecial: new Set() });
  },
  'js-tiktoken': async (): Promise<Encode> => {
    const { getEncoding } = await import('js-tiktoken');
    const encoding = getEncoding('gpt2');
    return (text) => encoding.encode(text, [], []);
  },
  'tiktoken (wasm)': async (): Promise<Encode> => {
    const { get_encoding } = await import('tiktoken');
    const encoding = get_encoding('gpt2');
    return (text) => encoding.encode_ordinary(text);
  },
  '@huggingface/tokenizers': async (): Promise<Encode> => {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(JSON.parse(ours().toJson()), {});
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  },
};

export type Peer = keyof typeof peers;
