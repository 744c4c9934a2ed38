import { styleText } from 'node:util';

/** A format that `styleText` knows. */
export type Format =
  | 'black'
  | 'bold'
  | 'dim'
  | 'red'
  | 'underline'
  | 'whiteBright'
  | `bg${'Cyan' | 'Magenta' | 'Red' | 'Yellow'}${'' | 'Bright'}`;

/** Gives a text a style where styles are shown; else leaves it as it is. */
export interface Style {
  (formats: Format | readonly Format[], text: string): string;
  /** Whether styles are shown. */
  readonly shown: boolean;
}

/**
 * The style of a stream: a terminal shows colours unless NO_COLOR is set (https://no-color.org); FORCE_COLOR, which is
 * stronger, gives them to a pipe, too, for `less -R`.
 */
export function styleOf(stream: NodeJS.WriteStream): Style {
  const shown = showsColours(stream);
  const style = (formats: Format | readonly Format[], text: string) =>
    shown && text !== ''
      ? styleText(typeof formats === 'string' ? formats : [...formats], text, { validateStream: false })
      : text;
  return Object.assign(style, { shown });
}

function showsColours(stream: NodeJS.WriteStream): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && (no === undefined || no === '') && stream.hasColors();
}

/** The columns of a terminal; undefined where there is none. */
export function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  // A terminal whose size nobody set has 0.
  return stream.isTTY ? stream.columns || 80 : undefined;
}
