import { ConfigError, nearestName, rejectUnknownOptions, ShapeError } from '../errors/index.js';

/**
 * How tags mark entities: BIO, also called IOB2; IOB1, in which B- only stands where an entity follows another of its type;
 * BIOES, also called IOBES; BIOUL, also called BILOU; BMES, which is usual for Chinese words.
 */
export type EntityScheme = 'BIO' | 'IOB2' | 'IOB1' | 'BIOES' | 'IOBES' | 'BIOUL' | 'BILOU' | 'BMES';

/** What reads tags takes. */
export interface EntitySchemeOptions {
  /** How the tags mark entities; 'BIO' by default. */
  readonly scheme?: EntityScheme | undefined;
}

/** An entity in a sequence of tags. */
export interface EntitySpan {
  /** What its tags say after the hyphen: 'PER'; '' for bare tags, as those of Chinese words: B M E S. */
  readonly type: string;
  /** The place of its first tag. */
  readonly start: number;
  /** The place after its last tag. */
  readonly end: number;
}

/** The letters of a scheme: those that begin an entity, those that go on with one, and after which none goes on. */
interface Letters {
  readonly begin: string;
  readonly goOn: string;
  readonly end: string;
}

const bio: Letters = { begin: 'B', goOn: 'I', end: '' };
const bioes: Letters = { begin: 'BS', goOn: 'IE', end: 'ES' };
const bioul: Letters = { begin: 'BU', goOn: 'IL', end: 'LU' };
const bmes: Letters = { begin: 'BS', goOn: 'ME', end: 'ES' };

const SCHEMES: Readonly<Record<EntityScheme, Letters>> = {
  BIO: bio,
  IOB2: bio,
  IOB1: bio, // conlleval's rules are the same for both
  BIOES: bioes,
  IOBES: bioes,
  BIOUL: bioul,
  BILOU: bioul,
  BMES: bmes,
};

/**
 * The entities that tags mark, by conlleval's rules, which also say what malformed tags mean: a tag that should go on
 * with an entity but has none of its type before it begins one.
 *
 * ```ts
 * import { entitySpans } from 'sesame-nlp/metrics';
 *
 * console.log(entitySpans(['B-地', 'I-地', 'O', 'I-人']));
 * // [{ type: '地', start: 0, end: 2 }, { type: '人', start: 3, end: 4 }]
 * ```
 *
 * @param tags a letter of the scheme, a hyphen and a type ('B-PER'), a letter alone, or 'O'
 * @see Tjong Kim Sang and De Meulder 2003, https://aclanthology.org/W03-0419
 * @throws ShapeError for a tag that is not of the scheme
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function entitySpans(tags: readonly string[], options: EntitySchemeOptions = {}): EntitySpan[] {
  return readSpans('entitySpans', tags, readScheme('entitySpans', options));
}

/** The scheme of options. */
export function readScheme(owner: string, options: EntitySchemeOptions): EntityScheme {
  rejectUnknownOptions(owner, options, ['scheme']);
  const { scheme = 'BIO' } = options;
  if (Object.hasOwn(SCHEMES, scheme)) return scheme;
  const nearest = nearestName(String(scheme), Object.keys(SCHEMES));
  throw new ConfigError(
    `${owner}: there is no scheme ${String(scheme)}.\n` +
      (nearest === undefined ? `Schemes: ${Object.keys(SCHEMES).join(', ')}.` : `Did you mean ${nearest}?`),
    { value: scheme },
  );
}

/** `entitySpans` with checked options. */
export function readSpans(owner: string, tags: readonly string[], scheme: EntityScheme): EntitySpan[] {
  const { goOn, end } = SCHEMES[scheme];
  const spans: { type: string; start: number; end: number }[] = [];
  let open = false; // whether the last span may go on
  for (const [place, tag] of tags.entries()) {
    const { letter, type } = readTag(owner, tag, place, scheme);
    if (letter === 'O') {
      open = false;
      continue;
    }
    const last = spans.at(-1);
    if (open && goOn.includes(letter) && last?.type === type) last.end = place + 1;
    else spans.push({ type, start: place, end: place + 1 });
    open = !end.includes(letter);
  }
  return spans;
}

function readTag(owner: string, tag: unknown, place: number, scheme: EntityScheme): { letter: string; type: string } {
  const parts = typeof tag === 'string' ? /^([A-Z])(?:-(.*))?$/s.exec(tag) : null;
  const letter = parts?.[1] ?? ' ';
  if (lettersOf(scheme).includes(letter)) return { letter, type: parts?.[2] ?? '' };
  const others = (['BIO', 'BIOES', 'BIOUL', 'BMES'] as const).filter((name) => lettersOf(name).includes(letter));
  throw new ShapeError(
    `${owner}: tag ${place}, ${JSON.stringify(tag)}, is none of ${scheme}, whose letters are ${[...lettersOf(scheme)].join(', ')}.\n` +
      (others.length > 0 ? `Is the scheme ${others.join(' or ')}?` : "Tags look like 'B-PER', 'I-PER' and 'O'."),
    { value: tag },
  );
}

function lettersOf(scheme: EntityScheme): string {
  return `${SCHEMES[scheme].begin}${SCHEMES[scheme].goOn}O`;
}
