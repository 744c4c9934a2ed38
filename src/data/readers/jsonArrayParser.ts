import type { DataError } from '../../errors/index.js';
import { quantity } from '../quantity.js';
import type { PieceParser } from './parsePieces.js';
import type { TextInput } from './textSource.js';

/** What is of interest outside of strings, and inside. */
const outsideStrings = /["{}[\],]/g;
const insideStrings = /["\\]/g;

/**
 * The elements of an array that the outermost object of a JSON text has under a name, one at a time: of `data` in
 * `{"version": "1.1", "data": [..., ...]}`. It only looks for the ends of elements and leaves them to JSON.parse, so
 * memory holds one element; and what stands around the array, which JSON.parse checks when the text is over.
 */
export class JsonArrayParser implements PieceParser<unknown> {
  readonly #input: TextInput;
  /** The array's name as the JSON spells it: '"data"'. */
  readonly #name: string;
  readonly #maxLength: number;
  /** How many brackets and braces are open. */
  #depth = 0;
  #inString = false;
  /** Whether the last piece ended with a backslash, which is one with the next character. */
  #escaped = false;
  /** The last string between two commas of the outermost object. */
  #string = '';
  /** The present element so far, where the array is open. */
  #element: string | undefined;
  #numElements = 0;
  #found = false;
  /** The text without the array's elements. */
  #outside = '';

  /** @param maxLength UTF-16 code units that an element may have, and everything that is none */
  constructor(input: TextInput, name: string, maxLength: number) {
    this.#input = input;
    this.#name = JSON.stringify(name);
    this.#maxLength = maxLength;
  }

  *push(piece: string): Generator<unknown, void> {
    let kept = 0; // what stands before is in #element or #outside
    let string = 0; // where the present string begins, or goes on
    let at = this.#escaped ? 1 : 0;
    this.#escaped = false;
    while (at < piece.length) {
      const marks = this.#inString ? insideStrings : outsideStrings;
      marks.lastIndex = at;
      const mark = marks.exec(piece);
      if (mark === null) break;
      at = mark.index + 1;
      switch (mark[0]) {
        case '\\':
          at++;
          this.#escaped = at > piece.length;
          break;
        case '"':
          if (this.#inString) this.#keepString(piece.slice(string, at));
          else if (this.#depth === 1) this.#string = '';
          string = mark.index;
          this.#inString = !this.#inString;
          break;
        case ',':
          if (this.#depth === 1) this.#string = '';
          if (this.#depth !== 2 || this.#element === undefined) break;
          this.#keep(piece.slice(kept, mark.index));
          kept = at;
          yield this.#takeElement();
          break;
        case '[':
        case '{':
          this.#depth++;
          if (this.#depth !== 2 || mark[0] === '{' || this.#string !== this.#name) break;
          this.#keep(piece.slice(kept, at));
          kept = at;
          this.#element = '';
          this.#found = true;
          break;
        default: // ] or }
          this.#depth--;
          if (this.#depth !== 1 || this.#element === undefined) break;
          this.#keep(piece.slice(kept, mark.index));
          kept = mark.index;
          if (this.#numElements > 0 || this.#element.trim() !== '') yield this.#takeElement();
          this.#element = undefined;
      }
    }
    if (this.#inString) this.#keepString(piece.slice(string));
    this.#keep(piece.slice(kept));
  }

  // biome-ignore lint/correctness/useYield: the end completes no element, but may be wrong.
  *end(): Generator<unknown, void> {
    if (this.#element !== undefined) {
      throw this.#input.refuse(
        `the text ends inside the array ${this.#name}, after ${quantity(this.#numElements, 'element')}.\nIs the file complete?`,
      );
    }
    this.#parse(this.#outside, `what stands around the array ${this.#name}`);
    if (this.#found) return;
    throw this.#input.refuse(`there is no array ${this.#name} in the outermost object.\nIs it the right file?`);
  }

  #keepString(part: string): void {
    if (this.#depth === 1) this.#string += part;
  }

  #keep(text: string): void {
    if (this.#element === undefined) this.#outside += text;
    else this.#element += text;
    if ((this.#element ?? this.#outside).length > this.#maxLength) throw this.#tooLong();
  }

  #takeElement(): unknown {
    const element = this.#element!;
    this.#element = '';
    this.#numElements++;
    return this.#parse(element, `element ${this.#numElements} of the array ${this.#name}`);
  }

  #parse(text: string, what: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#input.refuse(`${what} is not JSON: ${(cause as Error).message}\nIs the file complete?`, { cause });
    }
  }

  #tooLong(): DataError {
    const what =
      this.#element === undefined
        ? `what stands around the array ${this.#name}`
        : `element ${this.#numElements + 1} of the array ${this.#name}`;
    return this.#input.refuse(
      `${what} is longer than ${this.#maxLength} characters.\n` +
        'If that is no mistake, raise maxRecordLength to what your memory holds.',
    );
  }
}
