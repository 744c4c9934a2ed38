// Trains a GPT on a text, measures it on the last tenth of the text, saves it, and lets it write.
//
//   npx tsx examples/trainGpt.ts                                      Shakespeare, in less than five minutes
//   npx tsx examples/trainGpt.ts --corpus examples/data/tang-poems    唐詩
//   npx tsx examples/trainGpt.ts --resume                             goes on after Ctrl-C, a crash, a power cut
//   npx tsx examples/trainGpt.ts --help
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type BackendName, selectBackend } from 'sesame-nlp/backends';
import { savePretrained } from 'sesame-nlp/checkpoints';
import { directoryFolder, directoryStore } from 'sesame-nlp/checkpoints/node';
import { languageModelBatches, splitText } from 'sesame-nlp/data';
import { readText } from 'sesame-nlp/data/node';
import { ConfigError, TrainingError } from 'sesame-nlp/errors';
import { createGpt, type Gpt } from 'sesame-nlp/models';
import { summary } from 'sesame-nlp/nn';
import { textGenerator } from 'sesame-nlp/tasks';
import { trainByteLevelBpeTokenizer, trainCharacterTokenizer } from 'sesame-nlp/tokenizers';
import {
  adamW,
  cosine,
  evaluate,
  fit,
  linearWarmup,
  muon,
  type Optimizer,
  type TrainingCallback,
} from 'sesame-nlp/training';
import { progressBar } from 'sesame-nlp/training/node';
import { lossCurve } from './support/lossCurve.js';
import { readOptions } from './support/readOptions.js';
import { run } from './support/run.js';

/** What makes the model what it is: an interrupted training goes on with the same. */
const SETTINGS = {
  corpus: {
    type: 'text',
    default: 'examples/data/tinyshakespeare/input.txt',
    help: 'a text file, or a folder of .txt files, in UTF-8',
  },
  tokenizer: { type: 'text', choices: ['characters', 'bpe'], default: 'characters', help: 'what a token is' },
  'vocab-size': { type: 'whole', default: 1024, help: 'tokens of the bpe tokenizer' },
  recipe: { type: 'text', choices: ['muon', 'gpt2'], default: 'muon', help: 'the best we know, or GPT-2 with AdamW' },
  'd-model': { type: 'whole', min: 1, help: 'size of the hidden states; else 96, or 128 from 15 minutes on' },
  layers: { type: 'whole', default: 6, help: 'how many Transformer blocks' },
  heads: { type: 'whole', min: 1, help: 'how many attention heads share d-model; else one for each 32 of it' },
  context: { type: 'whole', help: 'tokens that the model sees at once; else 128, or 256 from 15 minutes on' },
  batch: { type: 'whole', help: 'windows of that size in one training step; else 12, or 6 from 15 minutes on' },
  dropout: { type: 'number', help: 'probability that a number is dropped; else 0, or 0.1 from 15 minutes on' },
  seed: { type: 'whole', default: 1, help: 'one seed, one model' },
  steps: { type: 'whole', min: 1, variable: 'SESAME_STEPS', help: 'training steps; else as many as --minutes allows' },
} as const;

/** What each run may choose anew. */
const RUN = {
  minutes: { type: 'number', default: 4.8, min: 0, help: 'time for training where --steps is not given' },
  out: { type: 'text', default: 'runs/gpt', help: 'folder of the model, its checkpoints and its loss curve' },
  'checkpoint-every': { type: 'whole', min: 1, help: 'steps between checkpoints; else a twentieth of all steps' },
  resume: { type: 'flag', help: 'go on with the interrupted training in --out' },
  backend: { type: 'text', help: 'wasm, cpu or tensorflow; else the fastest that starts' },
  threads: { type: 'whole', min: 1, help: 'threads of the wasm backend; else one for each core, up to four' },
} as const;

type Options = ReturnType<typeof readOptions<typeof SETTINGS & typeof RUN>>['options'];
type Settings = Omit<Options, keyof typeof RUN> &
  Readonly<Record<'d-model' | 'heads' | 'context' | 'batch' | 'dropout', number>>;

await run(async () => {
  const { options, given } = readOptions('Trains a GPT on a text, and lets it write.', { ...SETTINGS, ...RUN });
  const folder = directoryFolder(options.out);
  const checkpointPath = join(options.out, 'checkpoints');
  const store = directoryStore(checkpointPath);
  checkResume(options.resume, (await store.list()).length > 0, options.out);
  const settings = options.resume ? await savedSettings() : settingsFor(options);
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const name = (options.backend ?? 'wasm') as BackendName; // one that is not known is refused
  const backend = await selectBackend(name, name === 'wasm' ? { threads } : {});

  // 1. Text to tokens. The validation part begins with the last token of the training part, so that all of it is
  //    predicted. Byte-level BPE has a token for whatever comes, so it learns from the training part alone.
  const text = await readText(settings.corpus);
  const { train, validation } = splitText(text);
  const tokenizer =
    settings.tokenizer === 'bpe'
      ? await trainByteLevelBpeTokenizer(train, { vocabSize: settings['vocab-size'] })
      : await trainCharacterTokenizer(text);
  const trainIds = tokenizer.encode(train).ids;
  const validationIds = [...trainIds.slice(-1), ...tokenizer.encode(validation).ids];

  // 2. Tokens to batches.
  const { batch: batchSize, context, seed } = settings;
  const newBatches = () => languageModelBatches(trainIds, { batchSize, contextLength: context, shuffle: true, seed });
  const contextLength = Math.min(context, validationIds.length - 1);
  const validationBatches = [...languageModelBatches(validationIds, { batchSize, contextLength })];
  const everySixteenth = validationBatches.filter((_, index) => index % 16 === 0); // for a look on the way
  const batches = newBatches();

  // 3. A model, and the time it has.
  const model = newModel(settings, tokenizer.vocabSize);
  console.log(
    `${summary(model).parameters.toLocaleString('en')} parameters, ${tokenizer.vocabSize} different tokens, ` +
      `${batches.numPredictedTokens.toLocaleString('en')} tokens to train on, ` +
      `${(validationIds.length - 1).toLocaleString('en')} to validate on`,
  );
  const steps = settings.steps ?? (await stepsWithin(options.minutes));
  await folder.write(new Map([['settings.json', utf8(JSON.stringify({ ...settings, steps }, null, 2))]]));

  // 4. Training. Ctrl-C ends it after the step, with a checkpoint.
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  let tokens = 0;
  const countTokens: TrainingCallback = {
    onStep({ count }) {
      tokens += count;
    },
  };
  const start = performance.now();
  const history = await fit(model, batches, {
    optimizer: newOptimizer(settings.recipe, steps),
    steps,
    clipNorm: 1,
    seed,
    signal: interrupt.signal,
    evaluate: { batches: everySixteenth, every: Math.ceil(steps / 10) },
    callbacks: [progressBar(), countTokens],
    checkpoint: { store, every: options['checkpoint-every'] ?? Math.ceil(steps / 20), keep: 2 },
    resume: options.resume,
  });
  const seconds = (performance.now() - start) / 1000;
  process.off('SIGINT', onInterrupt);
  if (history.ending === 'aborted') {
    console.log(`Interrupted after step ${history.steps.length} of ${steps}. Go on with --resume.`);
    process.exitCode = 130; // as the shell has it for SIGINT
    return;
  }

  // 5. How good it is: over the whole validation part, whatever a token is.
  const { loss, count } = await evaluate(model, validationBatches);
  const natsPerCharacter = (loss * count) / [...validation].length;

  // 6. What stays: the model with its tokenizer, and the picture of its training.
  await savePretrained(folder, { model, tokenizer });
  const unit = settings.tokenizer === 'bpe' ? 'token' : 'character';
  await folder.write(new Map([['loss-curve.svg', utf8(lossCurve(history, unit))]]));
  await rm(checkpointPath, { recursive: true });

  // 7. What it writes.
  const [prompt] = /^[^\n]{0,40}\n?/u.exec(text)!;
  console.log(`\n${options.out} holds the model, which goes on from the first line of the text:\n`);
  process.stdout.write(prompt);
  const write = textGenerator({ model, tokenizer });
  for await (const piece of write.stream(prompt, { maxNewTokens: 400, temperature: 0.8, seed })) {
    process.stdout.write(piece);
  }
  console.log(
    `\n\nval_loss=${natsPerCharacter.toFixed(4)} train_tokens_per_second=${Math.round(tokens / seconds)} ` +
      `seconds=${seconds.toFixed(1)} backend=${backend}`,
  );

  /** The settings of the interrupted training; those that are given again must be the same. */
  async function savedSettings(): Promise<Settings> {
    const saved = JSON.parse(new TextDecoder().decode(await folder.read('settings.json'))) as Settings;
    for (const name of Object.keys(SETTINGS) as (keyof Settings)[]) {
      if (!given.includes(name) || options[name] === saved[name]) continue;
      throw new ConfigError(
        `--${name} is ${options[name]}, and the interrupted training has ${saved[name]}.\n` +
          `Leave --${name} out to go on, or begin anew in another folder with --out.`,
        { value: options[name] },
      );
    }
    return saved;
  }

  /** How many steps fit into the time: measured on a model that is thrown away. */
  async function stepsWithin(minutes: number): Promise<number> {
    const trial = newModel(settings, tokenizer.vocabSize);
    const times: number[] = [];
    await fit(trial, newBatches(), {
      optimizer: newOptimizer(settings.recipe, 40),
      steps: 40,
      clipNorm: 1,
      callbacks: [{ onStep: () => void times.push(performance.now()) }],
    });
    trial.dispose();
    const milliseconds = (times.at(-1)! - times[14]!) / (times.length - 15); // the first ones are slower
    return Math.max(1, Math.floor((minutes * 60_000) / milliseconds));
  }
});

/** More time is for a larger model that looks further back; it sees the text more often, and so needs dropout. */
function settingsFor(options: Options): Settings {
  const isLong = options.minutes >= 15;
  const dModel = options['d-model'] ?? (isLong ? 128 : 96);
  const heads = options.heads ?? Math.max(1, Math.floor(dModel / 32));
  const context = options.context ?? (isLong ? 256 : 128);
  const batch = options.batch ?? (isLong ? 6 : 12);
  return { ...options, 'd-model': dModel, heads, context, batch, dropout: options.dropout ?? (isLong ? 0.1 : 0) };
}

/**
 * The default is a GPT as one would build it for a small text today: rotary positions, token shift, an embedding of
 * pairs (for alphabets, whose pairs are few), and blocks that start as the identity. `--recipe gpt2` is GPT-2.
 */
function newModel(settings: Settings, vocabSize: number): Gpt {
  const { context: maxPositions, 'd-model': dModel, layers: numLayers, heads: numHeads, dropout, seed } = settings;
  const size = { vocabSize, maxPositions, dModel, numLayers, numHeads, dropout, seed };
  if (settings.recipe === 'gpt2') return createGpt(size);
  return createGpt({
    ...size,
    positions: 'rotary',
    rotaryBase: 1000,
    shiftTaps: 3,
    bigramEmbedding: vocabSize <= 256,
    tieEmbeddings: false,
    initialization: 'zeroOutput',
  });
}

/** Both warm up in the first twentieth of the steps, and end at a learning rate of 0. */
function newOptimizer(recipe: Settings['recipe'], totalSteps: number): Optimizer {
  const warmup = { warmupSteps: Math.floor(totalSteps / 20), totalSteps };
  if (recipe === 'gpt2') {
    return adamW({ learningRate: cosine({ peak: 1e-3, ...warmup }), betas: [0.9, 0.99], weightDecay: 0.1 });
  }
  return muon({
    learningRate: linearWarmup({ peak: 0.02, ...warmup }),
    weightDecay: 0.1,
    newtonSchulzSteps: 3,
    smallestSingularValue: 0.01,
    adamW: { learningRate: linearWarmup({ peak: 4e-3, ...warmup }), betas: [0.9, 0.99], weightDecay: 0 },
  });
}

/** Refuses to mix two trainings, and to go on with none. */
function checkResume(resume: boolean, interrupted: boolean, out: string): void {
  if (resume === interrupted) return;
  throw new TrainingError(
    interrupted
      ? `${out} holds an interrupted training.\nGo on with it by --resume, or begin anew in another folder with --out.`
      : `--resume: there is no interrupted training in ${out}.\nBegin one without --resume, or name its folder with --out.`,
    { value: out },
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
