import { rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { addedRows, joinRows, type PieceRows, ROW, SPECIAL, TYPE } from '../pieceRows.js';
import type { Json, PostProcessor, TokenVocabulary } from '../pipeline.js';

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

/** A place in a template. */
export interface TemplateItem {
  /** `A` or `B` for a text; else a token. */
  readonly name: string;
  /** The token's id; a text has none. */
  readonly id?: number;
  readonly typeId: number;
}

/** Puts special tokens around texts. */
export class Template implements PostProcessor {
  readonly #single: readonly TemplateItem[];
  readonly #pair: readonly TemplateItem[];
  readonly #section: Json | undefined;

  /** @param section how tokenizer.json spells it, if not as a template */
  constructor(single: readonly TemplateItem[], pair: readonly TemplateItem[], section?: Json) {
    this.#single = single;
    this.#pair = pair;
    this.#section = section;
  }

  addedTokens(hasPair: boolean): number {
    return (hasPair ? this.#pair : this.#single).filter(isToken).length;
  }

  apply(first: PieceRows, second: PieceRows | undefined, addSpecialTokens: boolean): PieceRows {
    const parts: PieceRows[] = [];
    for (const { name, id, typeId } of second ? this.#pair : this.#single) {
      const kind = TYPE * typeId;
      if (id === undefined) parts.push(addKind(name === 'A' ? first : second!, kind));
      else if (addSpecialTokens) parts.push(addedRows(1, id, kind + SPECIAL));
    }
    return joinRows(parts);
  }

  toJson(): Json {
    if (this.#section !== undefined) return this.#section;
    const items = (template: readonly TemplateItem[]) =>
      template.map(({ name, id, typeId }) => ({
        [id === undefined ? 'Sequence' : 'SpecialToken']: { id: name, type_id: typeId },
      }));
    const tokens = [...this.#single, ...this.#pair].filter(isToken);
    return {
      type: 'TemplateProcessing',
      single: items(this.#single),
      pair: items(this.#pair),
      special_tokens: Object.fromEntries(
        tokens.map(({ name, id }) => [name, { id: name, ids: [id!], tokens: [name] }]),
      ),
    };
  }
}

function isToken({ id }: TemplateItem): boolean {
  return id !== undefined;
}

function addKind(pieces: PieceRows, kind: number): PieceRows {
  if (kind === 0) return pieces;
  return pieces.map((value, at) => (at % ROW === ROW - 1 ? value + kind : value));
}

/**
 * @param options without any, the tokenizer adds no tokens
 * @param plain how tokenizer.json spells that
 * @throws TokenizerError if a template lacks a text, has one twice, or names a token that the vocabulary lacks
 * @throws ConfigError if an option is unknown
 */
export function readTemplate(
  options: EncodingTemplate | undefined,
  vocabulary: TokenVocabulary,
  owner: string,
  plain: Json = null,
): Template {
  const { single = '$A', pair = '$A $B:1' } = options ?? {};
  if (options) rejectUnknownOptions(`${owner}: template`, options, ['single', 'pair']);
  return new Template(
    parseTemplate(single, 'A', vocabulary, owner),
    parseTemplate(pair, 'AB', vocabulary, owner),
    options ? undefined : plain,
  );
}

function parseTemplate(
  template: string,
  texts: 'A' | 'AB',
  vocabulary: TokenVocabulary,
  owner: string,
): TemplateItem[] {
  const items = template.split(' ').map((word): TemplateItem => {
    const [, name, type] = /^(.*?)(?::([01]))?$/s.exec(word)!;
    const typeId = Number(type ?? 0);
    if (name === '$A' || name === '$B') return { name: name[1]!, typeId };
    const id = vocabulary.idOf(name!);
    if (id !== undefined) return { name: name!, id, typeId };
    throw new TokenizerError(
      `${owner}: the vocabulary has no ${JSON.stringify(name)}, which the template ${JSON.stringify(template)} names.\n` +
        'Separate tokens by single spaces; list them in specialTokens.',
      { value: template },
    );
  });
  checkSequences(items, texts, JSON.stringify(template), owner);
  return items;
}

/** @throws TokenizerError unless each of `texts` is there exactly once */
export function checkSequences(items: readonly TemplateItem[], texts: 'A' | 'AB', name: string, owner: string): void {
  const found = items.filter((item) => !isToken(item)).map((item) => item.name);
  if (found.sort().join('') !== texts) {
    throw new TokenizerError(
      `${owner}: the template ${name} must hold ${texts === 'A' ? '$A' : '$A and $B each'} once.`,
      { value: name },
    );
  }
}
