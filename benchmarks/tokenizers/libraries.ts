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

/** Each library's GPT-2 tokenizer; tiktoken is Rust compiled to wasm. */
export const libraries = {
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
  tiktoken: async (): Promise<Encode> => {
    const { get_encoding } = await import('tiktoken');
    const encoding = get_encoding('gpt2');
    return (text) => encoding.encode_ordinary(text);
  },
  '@huggingface/tokenizers': async (): Promise<Encode> => {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(JSON.parse(ours().toJson()) as object, {});
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  },
};

/** The name of a library. */
export type LibraryName = keyof typeof libraries;
