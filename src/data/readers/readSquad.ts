import { rejectUnknownOptions } from '../../errors/index.js';
import { checkChoice } from '../checkOptions.js';
import { JsonArrayParser } from './jsonArrayParser.js';
import { ownProperty } from './ownProperty.js';
import { parsePieces } from './parsePieces.js';
import { type ReaderOptions, recordLimit } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** An answer that is a part of the context: `context.slice(start, end)` is its text. */
export interface AnswerSpan {
  /** The answer as the context has it. */
  readonly text: string;
  /** Where it begins, in UTF-16 code units of the context. */
  readonly start: number;
  /** Where it ends, not included. */
  readonly end: number;
}

/** A question about a text. */
export interface QuestionExample {
  /** What the file calls it. */
  readonly id: string;
  /** The title of the article that the context is from; empty where the file has none. */
  readonly title: string;
  /** The text in which the answer is looked for. */
  readonly context: string;
  /** What is asked. */
  readonly question: string;
  /** What annotators answered; empty where the question is impossible, or its answers are not published. */
  readonly answers: readonly AnswerSpan[];
  /** Whether the context does not answer the question (SQuAD 2.0). */
  readonly impossible: boolean;
}

/** What becomes of an answer that does not stand where the file says. */
export type WrongAnswerHandling = 'throw' | 'skip' | 'move';

/** What `readSquad` takes besides the source. */
export interface ReadSquadOptions extends ReaderOptions {
  /**
   * What becomes of an answer that does not stand in the context where the file says: 'throw' is an error, 'skip'
   * leaves the answer out, 'move' takes the nearest place where it stands and leaves it out if there is none. A question
   * that loses all its answers is left out. 'throw' by default.
   */
  readonly onWrongAnswer?: WrongAnswerHandling | undefined;
}

/**
 * The questions of a file in the format of SQuAD 1.1 or 2.0, which XQuAD, CMRC 2018 and many others have.
 *
 * The file counts `answer_start` in Unicode code points; the answers here are in UTF-16 code units, as JavaScript counts.
 *
 * Such a file is one JSON object. Of its `data`, memory holds one article and one piece of the source, and the questions
 * can be read again if the source can.
 *
 * @throws DataError if the text is not JSON, an article lacks what it must have, an answer does not stand where it
 *   should, an article is longer than `maxRecordLength`, or bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option cannot work
 * @see Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250
 * @see Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822
 */
export function readSquad(source: TextSource, options: ReadSquadOptions = {}): AsyncIterable<QuestionExample> {
  rejectUnknownOptions('readSquad', options, ['onWrongAnswer', 'maxRecordLength']);
  const { onWrongAnswer = 'throw' } = options;
  checkChoice('readSquad', 'onWrongAnswer', onWrongAnswer, ['throw', 'skip', 'move']);
  const maxLength = recordLimit('readSquad', options);
  return parsePieces('readSquad', source, (input) => {
    const articles = new JsonArrayParser(input, 'data', maxLength);
    const reader = new ArticleReader(input, onWrongAnswer);
    function* questions(some: Iterable<unknown>): Generator<QuestionExample, void> {
      for (const article of some) yield* reader.questions(article);
    }
    return { push: (piece) => questions(articles.push(piece)), end: () => questions(articles.end()) };
  });
}

/** Makes questions of articles, and says what is wrong with one. */
class ArticleReader {
  readonly #input: TextInput;
  readonly #onWrongAnswer: WrongAnswerHandling;
  #numArticles = 0;

  constructor(input: TextInput, onWrongAnswer: WrongAnswerHandling) {
    this.#input = input;
    this.#onWrongAnswer = onWrongAnswer;
  }

  *questions(article: unknown): Generator<QuestionExample, void> {
    const place = `article ${++this.#numArticles}`;
    const title = ownProperty(article, 'title');
    for (const paragraph of this.#list(article, 'paragraphs', place)) {
      const context = this.#text(paragraph, 'context', place);
      for (const entry of this.#list(paragraph, 'qas', place)) {
        const id = this.#id(entry, place);
        const question = this.#text(entry, 'question', `question ${id}`);
        const impossible = ownProperty(entry, 'is_impossible') === true;
        const given = ownProperty(entry, 'answers') === undefined ? [] : this.#list(entry, 'answers', `question ${id}`);
        if (impossible && given.length > 0) throw this.#answeredThough(id, given);
        const answers = this.#answers(given, context, id);
        if (given.length > 0 && answers.length === 0) continue;
        yield { id, title: typeof title === 'string' ? title : '', context, question, answers, impossible };
      }
    }
  }

  #answers(given: readonly unknown[], context: string, id: string): AnswerSpan[] {
    const answers: AnswerSpan[] = [];
    for (const answer of given) {
      const text = this.#text(answer, 'text', `question ${id}`);
      const said = ownProperty(answer, 'answer_start');
      const start = findAnswer(context, text, said) ?? this.#placeOfWrongAnswer(context, text, said, id);
      if (start !== undefined) answers.push({ text, start, end: start + text.length });
    }
    return answers;
  }

  /** @returns undefined if the answer is left out */
  #placeOfWrongAnswer(context: string, text: string, said: unknown, id: string): number | undefined {
    if (this.#onWrongAnswer === 'throw') {
      throw this.#input.refuse(
        `question ${id}: the answer ${quoted(text)} does not stand in its context at ${String(said)}.\n` +
          "Correct answer_start, or say onWrongAnswer: 'move' or 'skip'.",
        { value: { id, text, answer_start: said } },
      );
    }
    return this.#onWrongAnswer === 'move' ? nearestPlace(context, text, said) : undefined;
  }

  #id(entry: unknown, place: string): string {
    const id = ownProperty(entry, 'id');
    return typeof id === 'number' ? String(id) : this.#text(entry, 'id', place);
  }

  #text(value: unknown, name: string, place: string): string {
    const text = ownProperty(value, name);
    if (typeof text === 'string') return text;
    throw this.#input.refuse(`${place}: there is no ${name} that is a text.\n${FORMAT}`, { value });
  }

  #list(value: unknown, name: string, place: string): readonly unknown[] {
    const list = ownProperty(value, name);
    if (Array.isArray(list)) return list;
    throw this.#input.refuse(`${place}: there is no ${name} that is a list.\n${FORMAT}`, { value });
  }

  #answeredThough(id: string, answers: readonly unknown[]) {
    return this.#input.refuse(
      `question ${id}: it is_impossible and yet has answers.\nIts answers must be empty; SQuAD 2.0 calls what ` +
        'annotators would have answered plausible_answers.',
      { value: answers },
    );
  }
}

const FORMAT =
  'A SQuAD file is { data: [{ title, paragraphs: [{ context, qas: [{ id, question, answers: [{ text, answer_start }] }] }] }] }.';

/** Where the answer begins in UTF-16 code units, if it stands where the file says, counted in either unit. */
function findAnswer(context: string, text: string, said: unknown): number | undefined {
  if (!Number.isInteger(said) || (said as number) < 0 || text === '') return undefined;
  return [skipCodePoints(context, said as number), said as number].find((start) => context.startsWith(text, start));
}

/** The place in UTF-16 code units after this many code points. */
function skipCodePoints(text: string, count: number): number {
  if (!/[\ud800-\udbff]/.test(text)) return count;
  let place = 0;
  for (let i = 0; i < count && place < text.length; i++) place += text.codePointAt(place)! > 0xffff ? 2 : 1;
  return place;
}

/** The place nearest to what the file says where the text stands. */
function nearestPlace(context: string, text: string, said: unknown): number | undefined {
  if (text === '') return undefined;
  const start = Number.isInteger(said) ? Math.max(0, said as number) : 0;
  const before = context.lastIndexOf(text, start);
  const after = context.indexOf(text, start);
  if (before < 0 || after < 0) return before < 0 && after < 0 ? undefined : Math.max(before, after);
  return start - before <= after - start ? before : after;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
