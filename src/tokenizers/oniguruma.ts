// The expressions of tokenizer.json are Oniguruma's. JavaScript's are close, but not the same: \s, \w and \d are Unicode's
// there, ^ and $ are of lines, classes nest and intersect, quantifiers can be possessive, groups can be atomic or ignore
// case. What tokenizers use of it is translated here to an expression with the flag u, which every engine has; anything
// else is refused by its name.

import { TokenizerError } from '../errors/index.js';
import { onigurumaProperty } from './onigurumaProperties.js';

/** An expression that was translated. */
interface Translated {
  readonly source: string;
  /** Whether it holds a repetition that may end in several places. One inside another takes exponential time. */
  readonly repeats: boolean;
}

/** A class of characters: what stands between [ and ], if that says it all, and in any case an expression for it. */
interface TranslatedClass {
  readonly members: string | undefined;
  readonly source: string;
}

// Bundlers drop a constant that nobody uses if it is a plain string, or made when it is called for: not if it is put
// together from others at once. So these are written out, and PLACES are functions.

/** What \w is in a class. Outside of one it also has the superscripts and fractions of Latin-1. */
const WORD_MEMBERS = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be';
const HEX = '0-9A-Fa-f';
const ANY = '[\\s\\S]';
const TEXT_START = '(?<![\\s\\S])';
const TEXT_END = '(?![\\s\\S])';

/** Escapes of one character. */
const CHARACTERS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
};
/** Escapes of a class, as members of one. */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  w: WORD_MEMBERS,
  h: HEX,
};
/** Escapes of a class that only another class can say: everything but this. */
const COMPLEMENTS: Readonly<Record<string, string>> = { W: WORD_MEMBERS, H: HEX };
/** Escapes of a place. */
const PLACES: Readonly<Record<string, () => string>> = {
  A: () => TEXT_START,
  z: () => TEXT_END,
  Z: () => `(?=\\n?${TEXT_END})`,
  b: () => `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: () => `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
};

/** Letters of ASCII that are also other letters' lower case: long s, and Kelvin's sign. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

const MAX_DEPTH = 100;
/** A bounded repetition of more than this counts as one without a bound. */
const MANY = 16;

/**
 * The JavaScript expression, with the flags g and u, that matches what Oniguruma's matches.
 *
 * @throws TokenizerError if it has what is not supported, which is named, or could take exponential time
 * @see https://github.com/kkos/oniguruma/blob/master/doc/RE
 */
export function fromOniguruma(pattern: string): RegExp {
  const source = new Translator(pattern).translate();
  try {
    return new RegExp(source, 'gu');
  } catch (cause) {
    throw new TokenizerError(
      `The expression ${JSON.stringify(pattern)} cannot be compiled: ${(cause as Error).message}.`,
      { value: pattern, cause },
    );
  }
}

/** Reads an expression from left to right, and writes it in JavaScript's way. */
class Translator {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #atomicGroups = 0;
  #ignoreCase = false;
  #dotIsAny = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string {
    const { source } = this.#alternatives();
    if (this.#at < this.#pattern.length) this.#refuse('a ) that closes nothing');
    return source;
  }

  /** Up to the end, or to a ) that is not read. */
  #alternatives(): Translated {
    if (++this.#depth > MAX_DEPTH) this.#refuse('groups nested too deeply');
    let source = '';
    let repeats = false;
    while (this.#at < this.#pattern.length && !this.#sees(')')) {
      if (this.#skips('|')) {
        source += '|';
        continue;
      }
      const term = this.#term();
      source += term.source;
      repeats ||= term.repeats;
    }
    this.#depth--;
    return { source, repeats };
  }

  #term(): Translated {
    let term = this.#atom();
    for (let quantifier = this.#quantifier(); quantifier !== undefined; quantifier = this.#quantifier()) {
      const { source, many, possessive } = quantifier;
      if (many && term.repeats) this.#refuse('a repetition inside a repetition, which can take exponential time');
      const repeated = `${term.isOne ? term.source : `(?:${term.source})`}${source}`;
      term = possessive
        ? { source: this.#atomic(repeated), repeats: false, isOne: false }
        : { source: repeated, repeats: term.repeats || many, isOne: false };
    }
    return term;
  }

  #quantifier(): { source: string; many: boolean; possessive: boolean } | undefined {
    const [simple] = /^[*+?][+?]?/.exec(this.#rest()) ?? [];
    if (simple !== undefined) {
      this.#at += simple.length;
      const possessive = simple.length === 2 && simple[1] === '+';
      return { source: possessive ? simple[0]! : simple, many: simple[0] !== '?', possessive };
    }
    const interval = /^\{(?:(\d+)(,?)(\d*)|,(\d+))\}/.exec(this.#rest());
    if (interval === null) return undefined;
    const [text, least = '0', comma = ',', most, upTo = most] = interval;
    this.#at += text.length;
    const fixed = comma === '' && upTo === '';
    const many = Number(fixed ? least : upTo || Number.POSITIVE_INFINITY) > MANY;
    // Of a fixed number ? makes the whole optional, which the next turn reads.
    const lazy = !fixed && this.#skips('?') ? '?' : '';
    return { source: `{${least}${fixed ? '' : `,${upTo}`}}${lazy}`, many, possessive: false };
  }

  /** Something that a quantifier repeats; isOne if it needs no group for that. */
  #atom(): Translated & { isOne: boolean } {
    const one = (source: string) => ({ source, repeats: false, isOne: true });
    const place = (source: string) => ({ source, repeats: false, isOne: false });
    const character = this.#take();
    switch (character) {
      case '.':
        return one(this.#dotIsAny ? ANY : '[^\\n]');
      case '^':
        return place(`(?:${TEXT_START}|(?<=\\n))`);
      case '$':
        return place(`(?:(?=\\n)|${TEXT_END})`);
      case '[':
        return one(this.#class().source);
      case '(':
        return this.#group();
      case '*':
      case '+':
      case '?':
        return this.#refuse(`a ${character} that repeats nothing`);
      case '\\':
        break;
      default:
        return one(this.#literal(character));
    }
    const escaped = this.#take();
    if (Object.hasOwn(PLACES, escaped)) return place(PLACES[escaped]!());
    if (escaped === 'w') return one(`[${WORD}]`);
    if (escaped === 'W') return one(`[^${WORD}]`);
    if (Object.hasOwn(CLASSES, escaped)) return one(`[${CLASSES[escaped]}]`);
    if (Object.hasOwn(COMPLEMENTS, escaped)) return one(`[^${COMPLEMENTS[escaped]}]`);
    if (escaped === 'p' || escaped === 'P') {
      const { members, negated } = this.#property(escaped);
      return one(`[${negated ? '^' : ''}${members}]`);
    }
    return one(this.#literal(this.#escapedCharacter(escaped)));
  }

  /** After a (, up to its ). */
  #group(): Translated & { isOne: boolean } {
    const [opening, kind = ''] = /^\?([:=!>]|<[=!])/.exec(this.#rest()) ?? [];
    if (opening !== undefined) {
      this.#at += opening.length;
      const content = this.#inside();
      if (kind === ':') return { ...content, source: `(?:${content.source})`, isOne: true };
      if (kind === '>') return { source: this.#atomic(content.source), repeats: false, isOne: false };
      return { source: `(?${kind}${content.source})`, repeats: false, isOne: false };
    }
    const flags = /^\?([im]*)(?:-([im]*))?([:)])/.exec(this.#rest());
    if (flags !== null) return this.#withFlags(flags);
    // Nothing reads what groups captured: they only hold together. Those with names do too.
    if (this.#sees('?')) {
      const [name] = /^\?<[A-Za-z_]\w*>/.exec(this.#rest()) ?? [];
      if (name === undefined) return this.#refuse(`(${this.#rest().slice(0, 3)}`);
      this.#at += name.length;
    }
    const content = this.#inside();
    return { ...content, source: `(?:${content.source})`, isOne: true };
  }

  /** (?i:...) is a group; (?i) holds to the end of the group that it is in. */
  #withFlags([text, on, off = '', closing]: RegExpExecArray): Translated & { isOne: boolean } {
    this.#at += text.length;
    const before = [this.#ignoreCase, this.#dotIsAny] as const;
    this.#ignoreCase = (before[0] || on!.includes('i')) && !off.includes('i');
    this.#dotIsAny = (before[1] || on!.includes('m')) && !off.includes('m');
    const content = closing === ':' ? this.#inside() : this.#alternatives();
    [this.#ignoreCase, this.#dotIsAny] = before;
    return { ...content, source: `(?:${content.source})`, isOne: true };
  }

  #inside(): Translated {
    const content = this.#alternatives();
    if (!this.#skips(')')) this.#refuse('a ( that nothing closes');
    return content;
  }

  /** What has been found is not looked for again: a lookahead, which is never entered twice, and what it found. */
  #atomic(source: string): string {
    const name = `atomic${this.#atomicGroups++}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  /** After a [, up to its ]. */
  #class(): TranslatedClass {
    if (++this.#depth > MAX_DEPTH) this.#refuse('classes nested too deeply');
    const negated = this.#skips('^');
    const operands: TranslatedClass[] = [];
    do {
      operands.push(this.#classOperand(operands.length === 0));
    } while (this.#skips('&&'));
    if (!this.#skips(']')) this.#refuse('a [ that nothing closes');
    this.#depth--;
    const [first, ...others] = operands as [TranslatedClass, ...TranslatedClass[]];
    if (others.length === 0 && first.members !== undefined) {
      return negated ? { members: undefined, source: `[^${first.members}]` } : first;
    }
    const all = `${others.map(({ source }) => `(?=${source})`).join('')}${first.source}`;
    return { members: undefined, source: negated ? `(?:(?!${all})${ANY})` : `(?:${all})` };
  }

  /** The members of a class, up to its ] or to a && in it. */
  #classOperand(isFirst: boolean): TranslatedClass {
    let members = '';
    const others: string[] = [];
    const begin = this.#at;
    while (this.#at < this.#pattern.length && !this.#sees('&&')) {
      if (this.#sees(']') && !(isFirst && this.#at === begin)) break;
      const member = this.#classMember();
      if (typeof member !== 'string') {
        if (member.members === undefined) others.push(member.source);
        else members += member.members;
        continue;
      }
      if (/^-(?!\]|&&)/.test(this.#rest())) {
        this.#at++;
        const last = this.#classMember();
        if (typeof last !== 'string') return this.#refuse('a range that ends in a class');
        members += this.#range(member, last);
      } else {
        members += this.#variants(member).map(escapeMember).join('');
      }
    }
    if (others.length === 0 && members === '') this.#refuse('an empty class');
    if (others.length === 0) return { members, source: `[${members}]` };
    const all = members === '' ? others : [`[${members}]`, ...others];
    return { members: undefined, source: `(?:${all.join('|')})` };
  }

  /** A character, or a class. */
  #classMember(): string | TranslatedClass {
    const posix = /^\[:(\^?)(\w+):\]/.exec(this.#rest());
    if (posix !== null) {
      this.#at += posix[0].length;
      return this.#named(posix[2]!, posix[1] === '^');
    }
    const character = this.#take();
    if (character === '[') return this.#class();
    if (character !== '\\') return character;
    const escaped = this.#take();
    if (Object.hasOwn(CLASSES, escaped)) return { members: CLASSES[escaped]!, source: `[${CLASSES[escaped]}]` };
    if (Object.hasOwn(COMPLEMENTS, escaped)) return { members: undefined, source: `[^${COMPLEMENTS[escaped]}]` };
    if (escaped === 'b') return '\b';
    if (escaped !== 'p' && escaped !== 'P') return this.#escapedCharacter(escaped);
    const { members, negated } = this.#property(escaped);
    return negated ? { members: undefined, source: `[^${members}]` } : { members, source: `[${members}]` };
  }

  #range(first: string, last: string): string {
    const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!];
    if (from > to) this.#refuse(`the range ${first}-${last}`);
    let members = `${escapeMember(first)}-${escapeMember(last)}`;
    if (!this.#ignoreCase) return members;
    if (to > 0x7f) this.#refuse(`the range ${first}-${last} where case is ignored`);
    for (let code = from; code <= to; code++) {
      members += this.#variants(String.fromCharCode(code)).slice(1).map(escapeMember).join('');
    }
    return members;
  }

  /** After \p or \P. */
  #property(letter: string): { members: string; negated: boolean } {
    const [text, not, name] = /^\{(\^?)([^}]*)\}/.exec(this.#rest()) ?? [];
    if (text === undefined) return this.#refuse(`\\${letter} without a name`);
    this.#at += text.length;
    return { members: this.#namedMembers(name!), negated: (letter === 'P') !== (not === '^') };
  }

  #named(name: string, negated: boolean): TranslatedClass {
    const members = this.#namedMembers(name);
    return negated ? { members: undefined, source: `[^${members}]` } : { members, source: `[${members}]` };
  }

  #namedMembers(name: string): string {
    const members = onigurumaProperty(name);
    if (members === undefined) return this.#refuse(`the property ${name}`);
    if (this.#ignoreCase && /Lu|Ll|Lt|case/.test(members)) this.#refuse(`the property ${name} where case is ignored`);
    return members;
  }

  /** After a backslash, its first character taken. */
  #escapedCharacter(escaped: string): string {
    if (Object.hasOwn(CHARACTERS, escaped)) return CHARACTERS[escaped]!;
    if (escaped === 'x' || escaped === 'u') {
      const expected = escaped === 'x' ? /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2}))/ : /^([0-9A-Fa-f]{4})/;
      const digits = expected.exec(this.#rest());
      const code = Number.parseInt(digits?.[1] ?? digits?.[2] ?? '', 16);
      if (digits === null || !(code <= 0x10ffff)) return this.#refuse(`\\${escaped} without its digits`);
      this.#at += digits[0].length;
      return String.fromCodePoint(code);
    }
    if (/[A-Za-z0-9]/.test(escaped)) this.#refuse(`\\${escaped}`);
    return escaped;
  }

  #literal(character: string): string {
    const variants = this.#variants(character);
    return variants.length === 1 ? escapeCharacter(character) : `[${variants.map(escapeMember).join('')}]`;
  }

  /** The character itself, and where case is ignored those that differ from it in case only. */
  #variants(character: string): string[] {
    if (!this.#ignoreCase) return [character];
    const lower = character.toLowerCase();
    const others = [lower, character.toUpperCase(), FOLDED[lower] ?? character];
    return [...new Set([character, ...others])].filter((other) => [...other].length === 1);
  }

  #rest(): string {
    return this.#pattern.slice(this.#at, this.#at + 200); // longer than anything that is looked for
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #skips(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #take(): string {
    const codePoint = this.#pattern.codePointAt(this.#at);
    if (codePoint === undefined) return this.#refuse('an end where something must follow');
    const character = String.fromCodePoint(codePoint);
    this.#at += character.length;
    return character;
  }

  #refuse(what: string): never {
    throw new TokenizerError(
      `The expression ${JSON.stringify(this.#pattern)} has ${what} before offset ${this.#at}, which is not supported.\n` +
        'Rewrite it, or split the text with a pre-tokenizer of your own.',
      { value: this.#pattern },
    );
  }
}

function escapeCharacter(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function escapeMember(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
