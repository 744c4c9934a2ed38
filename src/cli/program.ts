import { createRequire } from 'node:module';
import { ConfigError, nearestName } from '../errors/index.js';
import { type Command, type CommandGroup, groupHelp, type HelpLayout, type Streams } from './command.js';
import { columnsOf, styleOf } from './style.js';
import { encode } from './tokenizer/encode.js';
import { inspect } from './tokenizer/inspect.js';
import { train } from './tokenizer/train.js';

/** The name of the program on a command line. */
export const PROGRAM = 'sesame-nlp';

const root: CommandGroup = {
  summary: 'building blocks of NLP models, on the command line',
  examples: ['sesame-nlp tokenizer train corpus.txt --out my-tokenizer', 'sesame-nlp tokenizer --help'],
  commands: {
    tokenizer: {
      summary: 'train a tokenizer, and use one on text',
      examples: [
        'sesame-nlp tokenizer train corpus.txt --vocab-size 8000 --out my-tokenizer',
        'sesame-nlp tokenizer inspect --tokenizer my-tokenizer 潮水退了就知道誰',
      ],
      commands: { train, encode, inspect },
    },
  },
};

/** A place in the tree of commands. */
interface Place {
  readonly node: Command | CommandGroup;
  /** As it is called: `sesame-nlp tokenizer train`. */
  readonly invocation: string;
  /** What follows on the command line. */
  readonly rest: readonly string[];
}

/**
 * Runs a command line.
 *
 * @param args what follows the program's name
 * @throws ConfigError if the command line is wrong
 * @throws SesameError if the work fails
 */
export async function runProgram(args: readonly string[], streams: Streams): Promise<void> {
  // `sesame-nlp help tokenizer train`, as some programs have it.
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  const { node, invocation, rest } = find(words);
  const show = (help: (layout: HelpLayout) => string, stream: NodeJS.WriteStream) => {
    const style = styleOf(stream);
    const width = Math.min(columnsOf(stream) ?? 80, 100);
    stream.write(help({ width, title: (text) => style('bold', text) }));
  };
  if (isGroup(node)) {
    const [option] = rest;
    if (invocation === PROGRAM && (option === '--version' || option === '-v')) {
      streams.stdout.write(`${version()}\n`);
    } else if (option === '--help' || option === '-h') {
      show((layout) => groupHelp(node, invocation, layout), streams.stdout);
    } else if (option !== undefined) {
      throw new ConfigError(`There is no option ${option} before a command.\nTry ${invocation} --help.`, {
        value: option,
      });
    } else {
      show((layout) => groupHelp(node, invocation, layout), streams.stderr);
      throw new ConfigError('The command is missing.');
    }
  } else if ((await node.run(rest, streams)) === 'help') {
    show((layout) => node.help(invocation, layout), streams.stdout);
  }
}

/** The part of a command line that names a command: what was called, for messages. */
export function invocationOf(args: readonly string[]): string {
  try {
    return find(args).invocation;
  } catch {
    return PROGRAM;
  }
}

function find(args: readonly string[]): Place {
  let place: Place = { node: root, invocation: PROGRAM, rest: args };
  for (;;) {
    const { node, invocation, rest } = place;
    const [word] = rest;
    if (!isGroup(node) || word === undefined || word.startsWith('-')) return place;
    const next = Object.hasOwn(node.commands, word) ? node.commands[word] : undefined;
    if (next === undefined) throw unknownCommand(word, node, invocation);
    place = { node: next, invocation: `${invocation} ${word}`, rest: rest.slice(1) };
  }
}

/** Names the nearest command, which may be one or more groups below: `train` is `tokenizer train`. */
function unknownCommand(word: string, group: CommandGroup, invocation: string): ConfigError {
  const paths = new Map([...commandsIn(group)].reverse().map((path) => [path.at(-1)!, path.join(' ')]));
  const nearest = nearestName(word, paths.keys());
  const advice = nearest === undefined ? `Try ${invocation} --help.` : `Did you mean ${paths.get(nearest)}?`;
  return new ConfigError(`There is no command ${word}.\n${advice}`, { value: word });
}

function* commandsIn(group: CommandGroup): Generator<string[]> {
  for (const [name, node] of Object.entries(group.commands)) {
    yield [name];
    if (isGroup(node)) for (const path of commandsIn(node)) yield [name, ...path];
  }
}

function isGroup(node: Command | CommandGroup): node is CommandGroup {
  return 'commands' in node;
}

/** The version of this package. */
function version(): string {
  const { version } = createRequire(import.meta.url)('sesame-nlp/package.json') as { version: string };
  return version;
}
