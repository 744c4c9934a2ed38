import { SesameError } from '../errors/index.js';
import { inCommandLineTerms, type Terms } from './inCommandLineTerms.js';
import { formatRows, type HelpRow, optionRows, wrap } from './options/optionsHelp.js';
import type { Operands, OptionTable } from './options/optionTable.js';
import { type Arguments, readArguments } from './options/readArguments.js';

/** What a command talks to: the terminal, or the pipes and files in its place. */
export type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** What a command is, and what it does. */
export interface CommandDefinition<Table extends OptionTable> {
  /** A line for the list of commands. */
  readonly summary: string;
  /** What it takes besides options. */
  readonly operands?: Operands;
  readonly options: Table;
  /** More to know: rows under a title. */
  readonly notes?: Readonly<Record<string, readonly HelpRow[]>>;
  /** Command lines to begin with. */
  readonly examples: readonly string[];
  /** What the library's messages call what the command line calls otherwise, beside the names of options. */
  readonly terms?: Terms;
  /** Does it. What it needs it imports now, so that help comes at once. */
  run(given: Arguments<Table>, streams: Streams): Promise<void>;
}

/** A command that can be run by its command line. */
export interface Command {
  readonly summary: string;
  /** The text of --help. */
  help(invocation: string, layout: HelpLayout): string;
  /**
   * Reads the command line and does what it says.
   *
   * @returns 'help' where that is asked for
   * @throws ConfigError if the command line is wrong
   */
  run(args: readonly string[], streams: Streams): Promise<'help' | undefined>;
}

/** Commands under one name. */
export interface CommandGroup {
  readonly summary: string;
  /** Command lines to begin with. */
  readonly examples: readonly string[];
  readonly commands: Readonly<Record<string, Command | CommandGroup>>;
}

/** How help is laid out. */
export interface HelpLayout {
  /** Columns to use. */
  readonly width: number;
  /** How a title is shown. */
  readonly title: (text: string) => string;
}

/** Makes a command of its definition. */
export function command<const Table extends OptionTable>(definition: CommandDefinition<Table>): Command {
  const { summary, operands, options, notes = {}, examples } = definition;
  return {
    summary,
    help(invocation, { width, title }) {
      const required = Object.entries(options).filter(([, { required }]) => required);
      const usage = [
        invocation,
        ...(operands === undefined ? [] : [operands.required ? `${operands.name}...` : `[${operands.name}...]`]),
        ...required.map(([name, { value }]) => `--${name} ${value}`),
        '[options]',
      ];
      const rows = operands === undefined ? [] : [[operands.name, operands.help] as const];
      return sections(width, title, summary, {
        Usage: `  ${wrap(usage.join(' '), width - 4).join('\n    ')}`,
        ...(rows.length > 0 && { Arguments: formatRows(rows, width) }),
        Options: formatRows(optionRows(options), width),
        ...Object.fromEntries(Object.entries(notes).map(([name, rows]) => [name, formatRows(rows, width)])),
        Examples: indented(examples),
      });
    },
    async run(args, streams) {
      const given = readArguments(args, options, operands);
      if (given === 'help') return 'help';
      try {
        await definition.run(given, streams);
      } catch (error) {
        if (error instanceof SesameError) {
          error.message = inCommandLineTerms(error.message, Object.keys(options), definition.terms);
        }
        throw error;
      }
      return undefined;
    },
  };
}

/** The text of a group's --help. */
export function groupHelp(group: CommandGroup, invocation: string, { width, title }: HelpLayout): string {
  const rows = Object.entries(group.commands).map(([name, { summary }]): HelpRow => [name, summary]);
  const options: HelpRow[] = [['-h, --help', 'show this help, or that of a command']];
  if (!invocation.includes(' ')) options.push(['-v, --version', 'show the version']);
  return sections(width, title, group.summary, {
    Usage: `  ${invocation} COMMAND ...`,
    Commands: formatRows(rows, width),
    Options: formatRows(options, width),
    Examples: indented(group.examples),
  });
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

function sections(
  width: number,
  title: (text: string) => string,
  summary: string,
  parts: Readonly<Record<string, string>>,
): string {
  const blocks = Object.entries(parts).map(([name, text]) => `${title(`${name}:`)}\n${text}`);
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
  return `${[wrap(sentence, width).join('\n'), ...blocks].join('\n\n')}\n`;
}
