import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import type { Json, Pieces, PostProcessor, TokenVocabulary } from '../pipeline.js';

/**
 * Where special tokens go: words with spaces between them, `$A` and `$B` for the texts, anything else a token of the
 * vocabulary; `:1` after one gives it the type id 1. BERT's are `[CLS] $A [SEP]` and `[CLS] $A [SEP] $B:1 [SEP]:1`.
 */
export interface EncodingTemplate {
  /** For one text; `$A` by default. */
  readonly single?: string;
  /** For a pair of texts; `$A $B:1` by default. */
  readonly pair?: string;
}

/** A place in a template: a text, or a token. */
export type TemplateItem = { readonly typeId: number } & (
  | { readonly sequence: 'A' | 'B' }
  | { readonly token: string; readonly id: number }
);

/** Puts special tokens around texts. */
export class Template implements PostProcessor {
  readonly #single: readonly TemplateItem[];
  readonly #pair: readonly TemplateItem[];
  readonly #plain: Json;

  /** @param plain how tokenizer.json spells it where it does what a tokenizer without a template does */
  constructor(single: readonly TemplateItem[], pair: readonly TemplateItem[], plain: Json = null) {
    this.#single = single;
    this.#pair = pair;
    this.#plain = plain;
  }

  addedTokens(hasPair: boolean): number {
    return (hasPair ? this.#pair : this.#single).filter((item) => 'token' in item).length;
  }

  apply(first: Pieces, second: Pieces | undefined, addSpecialTokens: boolean): Pieces {
    const template = second === undefined ? this.#single : this.#pair;
    const items = template.filter((item) => addSpecialTokens || 'sequence' in item);
    if (items.length === 1 && items[0]!.typeId === 0) return first;
    const textOf = (item: TemplateItem) => ('token' in item ? undefined : item.sequence === 'A' ? first : second!);
    const length = items.reduce((sum, item) => sum + (textOf(item)?.ids.length ?? 1), 0);
    const ids = new Array<number>(length).fill(0);
    const typeIds = ids.slice();
    const specialTokensMask = ids.slice();
    const offsets = new Int32Array(2 * length);
    const wordIds = new Int32Array(length).fill(-1);
    let at = 0;
    for (const item of items) {
      if ('token' in item) {
        ids[at] = item.id;
        typeIds[at] = item.typeId;
        specialTokensMask[at++] = 1;
        continue;
      }
      const text = textOf(item)!;
      offsets.set(text.offsets, 2 * at);
      wordIds.set(text.wordIds, at);
      for (let i = 0; i < text.ids.length; i++, at++) {
        ids[at] = text.ids[i]!;
        typeIds[at] = item.typeId;
        specialTokensMask[at] = text.specialTokensMask?.[i] ?? 0;
      }
    }
    return { ids, offsets, wordIds, typeIds, specialTokensMask };
  }

  toJson(): Json {
    if (isPlain(this.#single, PLAIN.single) && isPlain(this.#pair, PLAIN.pair)) return this.#plain;
    const items = (template: readonly TemplateItem[]) =>
      template.map((item) =>
        'token' in item
          ? { SpecialToken: { id: item.token, type_id: item.typeId } }
          : { Sequence: { id: item.sequence, type_id: item.typeId } },
      );
    const tokens = [...this.#single, ...this.#pair].filter((item) => 'token' in item);
    return {
      type: 'TemplateProcessing',
      single: items(this.#single),
      pair: items(this.#pair),
      special_tokens: Object.fromEntries(
        tokens.map(({ token, id }) => [token, { id: token, ids: [id], tokens: [token] }]),
      ),
    };
  }
}

/** The templates of a tokenizer that is given none. */
const PLAIN = { single: '$A', pair: '$A $B:1' } as const;

/** Whether the items are texts only, and those that the template spells. */
function isPlain(items: readonly TemplateItem[], template: string): boolean {
  const spelt = items.map((item) =>
    'sequence' in item ? `$${item.sequence}${item.typeId ? `:${item.typeId}` : ''}` : '',
  );
  return spelt.join(' ') === template;
}

/**
 * @param plain how tokenizer.json spells a template that adds nothing
 * @throws TokenizerError if a template lacks a text, has one twice, or names a token that the vocabulary lacks
 * @throws ConfigError if an option is unknown
 */
export function readTemplate(
  options: EncodingTemplate,
  vocabulary: TokenVocabulary,
  owner: string,
  plain: Json = null,
): Template {
  rejectUnknownOptions(`${owner}: template`, options, ['single', 'pair']);
  return new Template(
    parseTemplate(options.single ?? PLAIN.single, ['A'], vocabulary, owner),
    parseTemplate(options.pair ?? PLAIN.pair, ['A', 'B'], vocabulary, owner),
    plain,
  );
}

function parseTemplate(
  template: string,
  sequences: readonly ('A' | 'B')[],
  vocabulary: TokenVocabulary,
  owner: string,
): TemplateItem[] {
  const items = template.split(' ').map((word): TemplateItem => {
    const [, name, type] = /^(.*?)(?::([01]))?$/s.exec(word)!;
    const typeId = Number(type ?? 0);
    if (name === '$A' || name === '$B') return { sequence: name === '$A' ? 'A' : 'B', typeId };
    const id = vocabulary.idOf(name!);
    if (id !== undefined) return { token: name!, id, typeId };
    throw new TokenizerError(
      `${owner}: the template ${JSON.stringify(template)} names ${JSON.stringify(name)}, which the vocabulary lacks.\n` +
        'Separate $A, $B and tokens by single spaces; list special tokens in specialTokens.',
      { value: template },
    );
  });
  checkSequences(items, sequences, JSON.stringify(template), owner);
  return items;
}

/** @throws TokenizerError unless each of `sequences` is there exactly once */
export function checkSequences(
  items: readonly TemplateItem[],
  sequences: readonly ('A' | 'B')[],
  name: string,
  owner: string,
): void {
  const found = items.flatMap((item) => ('sequence' in item ? [item.sequence] : []));
  if ([...found].sort().join() !== sequences.join()) {
    throw new TokenizerError(
      `${owner}: the template ${name} must hold each of ${sequences.map((letter) => `$${letter}`).join(' and ')} once.`,
      { value: name },
    );
  }
}
