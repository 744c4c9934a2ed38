import { join } from 'node:path';
import { ConfigError } from '../../errors/index.js';
import type { Tokenizer } from '../../tokenizers/index.js';
import { now, openDisplay } from '../../training/node/display.js';
import type { Streams } from '../command.js';
import { interruptible } from '../interruptible.js';
import { wrap } from '../options/optionsHelp.js';
import type { Arguments } from '../options/readArguments.js';
import { graphemes } from '../visible.js';
import { sizeText } from './byteSizes.js';
import { PieceInspector } from './inspectPieces.js';
import { outputFolder } from './outputFolder.js';
import { describeCounts } from './pieceCounts.js';
import { pieceView, type View, viewOf } from './pieceView.js';
import type { TRAIN_OPTIONS } from './train.js';
import { TrainerProgress } from './trainerProgress.js';
import { TRAINERS, type TrainerOptions, type TrainerType } from './trainers.js';
import { TrainingCorpus } from './trainingCorpus.js';

const FILE = 'tokenizer.json';
/** Seconds between lines about progress where there is no terminal. */
const EVERY_SECONDS = 5;
/** Characters of the line that shows what was learned. */
const SAMPLE_LENGTH = 60;

type Given = Arguments<typeof TRAIN_OPTIONS>;

/** Trains a tokenizer, writes it, and says in a few lines what came of it. */
export async function trainTokenizer(given: Given, streams: Streams): Promise<void> {
  const { out, force, type } = given.options;
  const trainer: TrainerType = TRAINERS[type];
  refuseUseless(trainer, given);
  const folder = await outputFolder(out, FILE, force);
  const corpus = await TrainingCorpus.find(given.operands, streams.stdin);
  const start = now();
  const tokenizer = await interruptible((signal) => trainWithProgress(trainer, corpus, given, signal, streams.stderr));
  await folder.write(new Map([[FILE, new TextEncoder().encode(tokenizer.toJson())]]));
  const view = viewOf(streams.stdout);
  const asked = trainer.without.includes('vocab-size') ? 0 : given.options['vocab-size'];
  const report = [
    `${tokenizer.vocabSize.toLocaleString('en')} pieces from ${sizeText(corpus.bytesRead)} in ` +
      `${(now() - start).toFixed(1)} s, saved in ${join(out, FILE)}`,
    ...(tokenizer.vocabSize < asked
      ? [`${asked.toLocaleString('en')} were asked for: no more occur often enough.`]
      : []),
  ];
  streams.stdout.write(
    `${report.flatMap((line) => wrap(line, view.width)).join('\n')}\n\n${sample(tokenizer, corpus.firstLine, view)}\n`,
  );
}

/** @throws ConfigError if an option is given that the type has no use for */
function refuseUseless({ without }: TrainerType, { options, given }: Given): void {
  const useless = without.find((name) => given.includes(name));
  if (useless === undefined) return;
  throw new ConfigError(`--type ${options.type} has no use for --${useless}.\nLeave it out, or choose another type.`, {
    value: useless,
  });
}

/** Trains, and shows how far it is. */
async function trainWithProgress(
  trainer: TrainerType,
  corpus: TrainingCorpus,
  { options }: Given,
  signal: AbortSignal,
  stream: NodeJS.WriteStream,
): Promise<Tokenizer> {
  const progress = new TrainerProgress(corpus, now());
  const display = openDisplay(stream, EVERY_SECONDS, (at) => progress.text(at));
  signal.addEventListener('abort', () => corpus.close());
  const trainerOptions: TrainerOptions = {
    ...(options['min-frequency'] !== undefined && { minFrequency: options['min-frequency'] }),
    ...(options['special-tokens'] !== undefined && { specialTokens: options['special-tokens'] }),
    ...(options['unknown-token'] !== undefined && { unknownToken: options['unknown-token'] }),
    onProgress: (state) => (progress.update(state, now()) ? display.mark() : display.refresh()),
    signal,
  };
  try {
    // Imported in this way, because a module of which all names are taken at once could not be taken apart by bundlers.
    const tokenizers = await import('../../tokenizers/index.js');
    const tokenizer = await trainer.train(tokenizers, corpus, trainerOptions, options['vocab-size']);
    progress.end('finished');
    return tokenizer;
  } catch (error) {
    progress.end(signal.aborted ? 'interrupted' : 'failed');
    throw error;
  } finally {
    display.close();
  }
}

/** A line of text in its pieces. */
function sample(tokenizer: Tokenizer, line: string, view: View): string {
  const text = graphemes(line).slice(0, SAMPLE_LENGTH).join('');
  const pieces = new PieceInspector(tokenizer).inspect(text, tokenizer.encode(text));
  return [pieceView(text, pieces, view), ...wrap(describeCounts(text, pieces), view.width)].join('\n');
}
