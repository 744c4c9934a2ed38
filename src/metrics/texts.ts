// Batches of texts, each with one or several that it is compared with.
import { ConfigError, ShapeError } from '../errors/index.js';
import { checkBatch } from './checkBatch.js';

/** The right text, or several of which any is right. */
export type ReferenceTexts = string | readonly string[];

/** A text for each that was asked for, and what it should have been. */
export type TextBatch = [predicted: readonly string[], expected: readonly ReferenceTexts[]];

/** Takes a text apart into what is counted: words, characters, pieces of a vocabulary. */
export type TextTokenizer = (text: string) => readonly string[];

/** A text and its references. */
export interface ReferencedText {
  readonly predicted: string;
  readonly references: readonly string[];
}

/**
 * Reads a batch of texts.
 *
 * @param fewest how many references each text needs
 */
export function readTexts(owner: string, [predicted, expected]: TextBatch, fewest = 1): ReferencedText[] {
  checkBatch(owner, predicted, expected);
  return predicted.map((text, index) => {
    checkText(`${owner}: predicted[${index}]`, text);
    const given = expected[index]!;
    const references = typeof given === 'string' ? [given] : given;
    if (!Array.isArray(references) || references.length < fewest) {
      throw new ShapeError(
        `${owner}: expected[${index}] is ${Array.isArray(references) ? 'empty' : 'no text'}.\n` +
          'Give the right text, or an array of several that are right.',
        { value: given },
      );
    }
    for (const [place, reference] of references.entries())
      checkText(`${owner}: expected[${index}][${place}]`, reference);
    return { predicted: text, references };
  });
}

function checkText(name: string, text: unknown): void {
  if (typeof text === 'string') return;
  throw new ShapeError(`${name} is no text.\nGive strings: of token ids, what tokenizer.decode(ids) makes of them.`, {
    value: text,
  });
}

/**
 * Refuses references in Chinese for a metric that was not told how to take texts apart: what it does by default, as the
 * reference implementations do, makes one word of a whole phrase, or drops it.
 */
export function refuseChinese(owner: string, texts: readonly ReferencedText[]): void {
  const chinese = texts.flatMap(({ references }) => references).find(isMostlyHan);
  if (chinese === undefined) return;
  throw new ConfigError(
    `${owner}: the text ${JSON.stringify(chinese.slice(0, 20))} is Chinese, and the default tokenizer knows words between spaces.\n` +
      'Try tokenize: tokenizeChinese, or tokenizeCharacters.',
    { value: chinese },
  );
}

/** Whether most letters of a text are Chinese characters. A name among English words does not make it Chinese. */
function isMostlyHan(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return 2 * count(/\p{Script=Han}/gu) > count(/\p{L}/gu);
}
