/** One option of a command line. */
export interface Option {
  /** 'flag' has no value; 'whole' is a whole number; 'list' is a text with commas, and may be given more than once. */
  readonly type: 'text' | 'list' | 'whole' | 'number' | 'flag';
  /** What it does, in a few words. */
  readonly help: string;
  /** One letter that stands for it: `-t`. */
  readonly short?: string;
  /** What the help calls its value: `DIR`. */
  readonly value?: string;
  /** Its value where it is not given. */
  readonly default?: string | number;
  /** Whether the command cannot do without it. */
  readonly required?: true;
  /** The values that are possible. */
  readonly choices?: readonly string[];
  /** The smallest number that is possible. */
  readonly min?: number;
  /** An environment variable that stands in for the option where it is not given. */
  readonly variable?: string;
}

/** The options of a command by name: the parser of its command line, the types of their values, and the text of --help. */
export type OptionTable = Readonly<Record<string, Option>>;

type Value<O extends Option> =
  | Given<O>
  | (O extends { type: 'flag' } | { default: string | number } | { required: true } ? never : undefined);
type Given<O extends Option> = {
  flag: boolean;
  text: Text<O>;
  list: readonly string[];
  whole: number;
  number: number;
}[O['type']];
type Text<O extends Option> = O extends { choices: readonly (infer Choice)[] } ? Choice : string;

/** The value of each option, defaults filled in. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Value<Table[Name]>;
};

/** What a command takes besides options: texts, names of files. */
export interface Operands {
  /** What the help calls one: `FILE`. */
  readonly name: string;
  /** What they are, in a few words. */
  readonly help: string;
  /** Whether the command cannot do without one. */
  readonly required?: true;
}
