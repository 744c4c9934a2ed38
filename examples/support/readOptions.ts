// The command lines of the examples: a table of options is the parser, its types and the text of --help.
import { formatRows, optionRows } from '../../src/cli/options/optionsHelp.js';
import type { OptionTable } from '../../src/cli/options/optionTable.js';
import { readArguments } from '../../src/cli/options/readArguments.js';

/** Columns of --help where nobody knows how many the terminal has. */
const WIDTH = 120;

/**
 * Reads the command line; with --help it explains itself and ends the process.
 *
 * @param purpose a sentence on what the command does
 * @returns the value of each option, and the names of those that were given
 * @throws ConfigError if an option is misspelt, has no value or one that cannot be
 */
export function readOptions<const Table extends OptionTable>(purpose: string, table: Table) {
  const read = readArguments(process.argv.slice(2), table);
  if (read !== 'help') return read;
  console.log(`${purpose}\n\n${formatRows(optionRows(table), process.stdout.columns ?? WIDTH)}`);
  process.exit(0);
}
