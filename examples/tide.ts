// 潮水 退了 就 知道 誰: a GPT small enough to look into. It learns a handful of sentences in seconds; then it shows what
// it expects after each prefix, and where it looks when it has read 潮水 退了.
//
//   npx tsx examples/tide.ts
import { dispose, tidy } from '@tensorflow/tfjs-core';
import { selectBackend } from 'sesame-nlp/backends';
import { directoryFolder } from 'sesame-nlp/checkpoints/node';
import { createGpt } from 'sesame-nlp/models';
import { softmax } from 'sesame-nlp/ops';
import { adamW, fit, linearWarmup } from 'sesame-nlp/training';
import { attentionHeatMap } from './support/attentionHeatMap.js';
import { readOptions } from './support/readOptions.js';
import { run } from './support/run.js';

// What comes after 就 知道 誰 depends on how the sentence began: the model has to look back.
const SENTENCES = [
  '潮水 退了 就 知道 誰 沒穿 褲子',
  '潮水 退了 就 知道 誰 在 裸泳',
  '潮水 退了 就 看見 沙灘',
  '潮水 退了 船 就 擱淺',
  '潮水 漲了 船 就 出海',
  '潮水 漲了 沙灘 就 不見',
  '雨 停了 就 知道 誰 忘了 傘',
  '雨 停了 就 看見 彩虹',
  '燈 亮了 就 知道 誰 在 睡覺',
  '燈 亮了 就 看見 書',
];
const PREFIXES = ['', '潮水', '潮水 退了', '潮水 退了 就', '潮水 退了 就 知道', '潮水 退了 就 知道 誰'];
const QUERY = '潮水 退了';
const BEGIN = '<BOS>';
const END = '<EOS>';

await run(async () => {
  const { options } = readOptions('Trains a tiny GPT on 潮水 退了 就 知道 誰 and looks into it.', {
    steps: { type: 'whole', default: 200, min: 1, help: 'training steps' },
    out: { type: 'text', default: 'runs/tide', help: 'the folder for the heat map of the attention' },
    seed: { type: 'whole', default: 1, help: 'one seed, one model' },
  });
  await selectBackend();

  // The sentences are cut into words already, so a list of the words is all the tokenizer there has to be.
  const wordsOf = (sentence: string) => [BEGIN, ...sentence.split(' ').filter((word) => word !== '')];
  const texts = SENTENCES.map((sentence) => [...wordsOf(sentence), END]);
  const vocabulary = [...new Set(texts.flat())];
  const idsOf = (words: readonly string[]) => words.map((word) => vocabulary.indexOf(word));

  // One batch holds all sentences, filled up on the right; what is masked is not learned.
  const longest = Math.max(...texts.map((words) => words.length));
  const filled = (row: readonly number[]) => [...row, ...Array<number>(longest - row.length).fill(0)];
  const batch = {
    tokenIds: texts.map((words) => filled(idsOf(words))),
    attentionMask: texts.map((words) => filled(words.map(() => 1))),
  };

  const gpt = createGpt({
    vocabSize: vocabulary.length,
    maxPositions: longest,
    dModel: 32,
    numLayers: 2,
    numHeads: 2,
    dropout: 0,
    seed: options.seed,
  });
  const warmupSteps = Math.floor(options.steps / 10);
  const { losses } = await fit(gpt, [batch], {
    optimizer: adamW({ learningRate: linearWarmup({ peak: 0.01, warmupSteps, totalSteps: options.steps }) }),
    steps: options.steps,
    clipNorm: 1,
  });
  console.log(
    `loss ${losses[0]!.toFixed(3)} -> ${losses.at(-1)!.toFixed(3)} nats per word after ${losses.length} steps`,
  );

  // What it expects next.
  console.log('\nThe next word, probability');
  for (const prefix of PREFIXES) {
    const probabilities = tidy(() => softmax(gpt.call({ tokenIds: [idsOf(wordsOf(prefix))] }).logits)); // [1, words, vocabulary]
    const likeliest = [...(await probabilities.data()).slice(-vocabulary.length)]
      .map((probability, id) => ({ word: vocabulary[id]!, probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 4);
    const shown = likeliest.map(({ word, probability }) => `${pad(word, 8)}${probability.toFixed(2)}`);
    console.log(`  ${pad(wordsOf(prefix).join(' '), 34)}${shown.join('   ')}`);
    probabilities.dispose();
  }

  // Where it looks: each word at itself and the words before.
  const words = wordsOf(QUERY);
  const { attentions, logits, hiddenStates } = gpt.call({ tokenIds: [idsOf(words)] }, { outputAttentions: true });
  const weights: number[][][][] = []; // [layer][head][query][key]
  for (const attention of attentions!) weights.push(((await attention.array()) as number[][][][])[0]!);
  dispose([attentions!, logits, hiddenStates]);
  gpt.dispose();

  console.log(`\nWhere ${words.at(-1)} looks in ${words.join(' ')}, attention weights`);
  console.log(`  ${pad('', 16)}${words.map((word) => pad(word, 8)).join('')}`);
  for (const [layer, heads] of weights.entries()) {
    for (const [head, rows] of heads.entries()) {
      const shown = rows.at(-1)!.map((weight) => pad(weight.toFixed(2), 8));
      console.log(`  layer ${layer + 1} head ${head + 1}  ${shown.join('')}`);
    }
  }
  const figure = new TextEncoder().encode(attentionHeatMap({ words, weights }));
  await directoryFolder(options.out).write(new Map([['attention.svg', figure]]));
  console.log(`\n${options.out}/attention.svg shows all of it.`);
});

/** Pads to a width on the terminal, where a Chinese character takes two columns. */
function pad(text: string, width: number): string {
  const columns = [...text].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
  return text + ' '.repeat(Math.max(0, width - columns));
}
