import { TokenizerError } from '../errors/index.js';
import { describe } from './describe.js';
import { fromOniguruma } from './oniguruma.js';
import type { Json } from './pipeline.js';

/** What is looked for in a text: a string as it is, or an expression as Oniguruma writes them. */
export type Pattern =
  | string
  | {
      /** The expression. */
      readonly regex: string;
    };

/** A pattern that can be looked for. */
export interface Matcher {
  /** The pattern. */
  readonly pattern: Pattern;
  /** Calls `visit` with every match [start, end), in order; matches do not overlap, and may be empty. */
  find(text: string, visit: (start: number, end: number) => void): void;
  /** The pattern as tokenizer.json spells it. */
  toJson(): Json;
}

/** @throws TokenizerError if the pattern is empty, or an expression that is not supported */
export function matcherOf(pattern: Pattern, owner: string): Matcher {
  if (typeof pattern === 'string') {
    if (pattern === '') {
      throw new TokenizerError(`${owner}: the pattern is empty.\nPass a string to look for, or { regex }.`, {
        value: pattern,
      });
    }
    return { pattern, find: (text, visit) => findString(text, pattern, visit), toJson: () => ({ String: pattern }) };
  }
  if (typeof pattern?.regex !== 'string') {
    throw new TokenizerError(`${owner}: the pattern is ${describe(pattern)}.\nPass a string, or { regex: string }.`, {
      value: pattern,
    });
  }
  const expression = fromOniguruma(pattern.regex);
  return {
    pattern,
    find: (text, visit) => findExpression(text, expression, visit),
    toJson: () => ({ Regex: pattern.regex }),
  };
}

function findString(text: string, pattern: string, visit: (start: number, end: number) => void): void {
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + pattern.length)) {
    visit(at, at + pattern.length);
  }
}

function findExpression(text: string, expression: RegExp, visit: (start: number, end: number) => void): void {
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const end = match.index + match[0].length;
    visit(match.index, end);
    if (match[0] === '') expression.lastIndex = end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
  }
}
