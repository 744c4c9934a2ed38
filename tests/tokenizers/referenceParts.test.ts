// Every part of tokenizer.json against Hugging Face's own tokenizers.
import { tokenizerFromJson } from 'sesame-nlp/tokenizers';
import { describe, expect, it } from 'vitest';
import { readZipped } from './fixtures.js';

interface Item {
  text: string;
  pair?: string;
  ids: number[];
  offsets: [number, number][];
  typeIds: number[];
  wordIds: (number | null)[];
  decoded: string;
}

const { base, models, cases } = JSON.parse(new TextDecoder().decode(readZipped('parts/expected.json'))) as {
  base: object;
  models: object[];
  cases: { parts: Record<string, unknown>; model: number | null; items: Item[] }[];
};

/** Where offsets of ours cover what the reference leaves out, or leave out what is not in the text: see below. */
const OWN_OFFSETS = /"normalizer":{"type":"NF|Prepend|Replace|Precompiled|Metaspace|add_prefix_space":true/;

describe('tokenizers of all parts, beside those of Hugging Face', () => {
  it.each(cases.map((one) => [`${JSON.stringify(one.parts).slice(0, 120)}, model ${one.model}`, one] as const))(
    'make the same ids, words and texts: %s',
    (_, { parts, model, items }) => {
      const tokenizer = tokenizerFromJson({ ...base, ...parts, ...(model !== null && { model: models[model] }) });
      for (const { text, pair, ids, offsets, typeIds, wordIds, decoded } of items) {
        const encoding = tokenizer.encode(text, { parseSpecialTokens: true, ...(pair !== undefined && { pair }) });
        expect({ text, ids: encoding.ids, typeIds: encoding.typeIds, wordIds: encoding.wordIds }).toEqual({
          text,
          ids,
          typeIds,
          wordIds,
        });
        expect({ text, decoded: tokenizer.decode(ids) }).toEqual({ text, decoded });
        // The reference gives a composed character the place of its first part, what replaces others that of the last,
        // and a space that was put before a text that of the first character.
        if (OWN_OFFSETS.test(JSON.stringify(parts))) continue;
        expect({ text, offsets: encoding.offsets }).toEqual({ text, offsets });
      }
    },
  );
});
