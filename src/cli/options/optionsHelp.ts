import type { Option, OptionTable } from './optionTable.js';
import { valueName } from './readArguments.js';

/** A name and what it means. */
export type HelpRow = readonly [name: string, meaning: string];

/** Columns that a name may take before its meaning begins on a line of its own. */
const WIDEST_NAME = 28;
/** Where a meaning begins that has a line of its own. */
const MARGIN = 6;

/** The options of a command, a row each; --help is the last. */
export function optionRows(table: OptionTable): HelpRow[] {
  const rows = Object.entries(table).map(([name, option]): HelpRow => {
    const value = valueName(option);
    const long = `--${name}${value === '' ? '' : ` ${value}`}`;
    return [option.short === undefined ? long : `-${option.short}, ${long}`, meaning(option)];
  });
  return [...rows, ['-h, --help', 'show this help']];
}

function meaning(option: Option): string {
  const notes = [
    ...(option.required ? ['required'] : []),
    ...(option.default === undefined ? [] : [`default ${JSON.stringify(option.default)}`]),
    ...(option.variable === undefined ? [] : [`or the environment variable ${option.variable}`]),
  ];
  return option.help + (notes.length === 0 ? '' : ` (${notes.join('; ')})`);
}

/** Rows in two columns, the second one wrapped. */
export function formatRows(rows: readonly HelpRow[], width: number): string {
  const names = rows.map(([name]) => `  ${name}`);
  const widest = Math.max(...names.map(({ length }) => length));
  const column = Math.min(widest, WIDEST_NAME) + 2;
  const narrow = width - column < 24; // too little for a sentence
  return rows
    .map(([, text], index) => {
      const name = names[index]!;
      const apart = narrow || name.length + 2 > column;
      const margin = narrow ? MARGIN : column;
      const lines = wrap(text, width - margin).join(`\n${' '.repeat(margin)}`);
      return apart ? `${name}\n${' '.repeat(margin)}${lines}` : name.padEnd(column) + lines;
    })
    .join('\n');
}

/** A text in lines of at most `width` characters, where its words allow it. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
