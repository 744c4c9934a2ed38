// The examples as commands: what they print, what they leave behind, and how they refuse.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, runExample } from './runExample.js';

const LAST_LINE = /^val_loss=(\d+\.\d+) train_tokens_per_second=(\d+) seconds=(\d+\.\d) backend=(\w+)$/;
const TINY = ['--d-model', '16', '--layers', '1', '--heads', '1', '--context', '16', '--batch', '8'];

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesame-nlp-examples-'));
  writeFileSync(path('english.txt'), 'to be or not to be, that is the question.\n'.repeat(80));
  mkdirSync(path('poems'));
  writeFileSync(path('poems/1.txt'), '江南好，風景舊曾諳。日出江花紅勝火，春來江水綠如藍。\n'.repeat(20));
  writeFileSync(path('poems/2.txt'), '能不憶江南？\n'.repeat(30));
  writeFileSync(path('empty.txt'), '');
  writeFileSync(path('short.txt'), 'to be or not to be');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The numbers of the last line. */
function report({ code, stdout, stderr }: Outcome) {
  expect(code, stderr).toBe(0);
  const match = LAST_LINE.exec(stdout.trimEnd().split('\n').at(-1)!);
  expect(match, stdout).not.toBeNull();
  const [, loss, speed, seconds, backend] = match!;
  return { loss: Number(loss), speed: Number(speed), seconds: Number(seconds), backend };
}

describe.concurrent('examples', { timeout: 300_000 }, () => {
  test('trainGpt trains on a file, reports, saves model and loss curve, and writeText writes with them', async () => {
    const out = path('english');
    const args = ['--corpus', path('english.txt'), ...TINY, '--out', out, '--backend', 'cpu'];
    const trained = report(await runExample('trainGpt', args, { environment: { SESAME_STEPS: '60' } }));
    expect(trained.loss).toBeLessThan(2); // knowing only how frequent each of its 16 characters is gives 2.4
    expect(trained.speed).toBeGreaterThan(0);
    expect(trained.backend).toBe('cpu');
    const files = ['config.json', 'loss-curve.svg', 'model.safetensors', 'settings.json', 'tokenizer.json'];
    expect(readdirSync(out).sort()).toEqual(files);
    expect(readFileSync(join(out, 'loss-curve.svg'), 'utf8')).toMatch(
      /^<svg xmlns[\s\S]*validation \d\.\d{3}[\s\S]*<\/svg>\n$/,
    );

    const writing = ['--model', out, '--prompt', 'to be', '--max-new-tokens', '30', '--seed', '7', '--top-k', '5'];
    const [once, again] = await Promise.all([runExample('writeText', writing), runExample('writeText', writing)]);
    expect(once.code, once.stderr).toBe(0);
    expect(once.stdout).toMatch(/^to be[a-z ,.\n]{30}\n$/);
    expect(again.stdout).toBe(once.stdout);
  });

  test('trainGpt trains byte-level BPE and the gpt2 recipe on a folder; writeText cuts no character', async () => {
    const out = path('poems-model');
    const args = ['--corpus', path('poems'), '--tokenizer', 'bpe', '--vocab-size', '300', '--recipe', 'gpt2', ...TINY];
    const trained = report(await runExample('trainGpt', [...args, '--d-model', '48', '--steps', '200', '--out', out]));
    expect(trained.backend).toBe('wasm');
    expect(trained.loss).toBeLessThan(3); // a character is two or three tokens, and knowing nothing costs ln 300 = 5.7 for each

    const { code, stdout, stderr, chunks } = await runExample('writeText', [
      '--model',
      out,
      '--prompt',
      '江南',
      '--temperature',
      '0',
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^江南[\p{Script=Han}，。？\n]{5,}/u);
    for (const chunk of chunks) expect(() => new TextDecoder('utf-8', { fatal: true }).decode(chunk)).not.toThrow();
  });

  test('trainGpt takes as many steps as fit into the minutes it is given', async () => {
    const out = path('timed');
    const args = ['--corpus', path('english.txt'), ...TINY, '--backend', 'cpu', '--minutes', '0.03', '--out', out];
    report(await runExample('trainGpt', args));
    const { steps } = JSON.parse(readFileSync(join(out, 'settings.json'), 'utf8')) as { steps: number };
    expect(steps).toBeGreaterThan(1); // how many depends on the machine, and what else it does: hundreds on an idle one
  });

  test('a killed training goes on with --resume and ends in the same model, bit for bit', async () => {
    const args = (out: string) => [
      '--corpus',
      path('english.txt'),
      ...TINY,
      '--dropout',
      '0.1',
      '--backend',
      'cpu',
      '--out',
      path(out),
    ];
    const long = ['--steps', '60', '--checkpoint-every', '5'];
    const [whole, killed] = await Promise.all([
      runExample('trainGpt', [...args('whole'), ...long]),
      runExample('trainGpt', [...args('killed'), ...long], {
        kill: { at: /step 24\/60.*val_loss/, signal: 'SIGKILL' },
      }),
    ]);
    expect(killed.code).toBeNull();
    expect(readdirSync(path('killed/checkpoints')).length).toBeGreaterThan(0);

    const [anew, other] = await Promise.all([
      runExample('trainGpt', [...args('killed'), ...long]),
      runExample('trainGpt', [...args('killed'), '--resume', '--context', '24']),
    ]);
    expect(anew.code).toBe(1);
    expect(anew.stderr).toMatch(/TrainingError: .*killed holds an interrupted training/);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/ConfigError: --context is 24, and the interrupted training has 16/);

    const resumed = await runExample('trainGpt', ['--resume', '--backend', 'cpu', '--out', path('killed')]);
    expect(report(resumed).loss).toBe(report(whole).loss);
    const model = (out: string) => readFileSync(path(`${out}/model.safetensors`));
    expect(model('killed').equals(model('whole'))).toBe(true);
    expect(readFileSync(path('killed/loss-curve.svg'))).toEqual(readFileSync(path('whole/loss-curve.svg')));
  });

  test('Ctrl-C ends a training after the step, with a checkpoint to go on from', async () => {
    const out = path('interrupted');
    const args = ['--corpus', path('english.txt'), ...TINY, '--backend', 'cpu', '--steps', '400', '--out', out];
    const { code, stdout } = await runExample('trainGpt', args, { kill: { at: /val_loss/, signal: 'SIGINT' } });
    expect(code).toBe(130);
    const step = /Interrupted after step (\d+) of 400\. Go on with --resume\.\n$/.exec(stdout)?.[1];
    expect(readdirSync(join(out, 'checkpoints'))).toContain(`step-${step?.padStart(8, '0')}`);
  });

  test.for<[what: string, args: string[], complaint: RegExp]>([
    ['an empty corpus', ['--corpus', 'empty.txt'], /TrainingError: .*empty/],
    ['a corpus shorter than the context', ['--corpus', 'short.txt'], /TrainingError: .*contextLength/],
    ['a file that is not there', ['--corpus', 'nowhere.txt'], /TrainingError: .*there is no such file/],
    [
      'an unknown backend',
      ['--corpus', 'english.txt', '--backend', 'wsam'],
      /BackendError: [\s\S]*Did you mean wasm\?/,
    ],
    ['heads that do not divide d-model', ['--corpus', 'english.txt', '--heads', '5'], /ConfigError: [\s\S]*divisible/],
    ['nothing to resume', ['--resume'], /TrainingError: --resume: there is no interrupted training/],
    [
      'a misspelt option',
      ['--copus', 'english.txt'],
      /ConfigError: There is no option --copus\.\nDid you mean --corpus\?/,
    ],
    ['a number that is none', ['--steps', 'many'], /ConfigError: --steps is many/],
  ])('trainGpt refuses %s kindly', async ([, args, complaint]) => {
    const out = path(`refused-${args.join('-').replaceAll('.', '')}`);
    const given = args.map((arg) => (arg.endsWith('.txt') ? path(arg) : arg));
    const { code, stderr } = await runExample('trainGpt', [...given, '--out', out]);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('tide predicts the next word of each prefix, and draws where 潮水 退了 looks', async () => {
    const { code, stdout } = await runExample('tide', ['--out', path('tide')]);
    expect(code).toBe(0);
    const likeliest = (prefix: string) =>
      new RegExp(`^ *<BOS> ${prefix} {2,}(\\S+) +(\\S+)`, 'm').exec(stdout)?.slice(1);
    expect(likeliest('潮水 退了')).toEqual(['就', expect.stringMatching(/^0\.[67]/)]); // 3 of 4 sentences
    expect(likeliest('潮水 退了 就 知道')).toEqual(['誰', expect.stringMatching(/^(1\.00|0\.9)/)]);
    expect(stdout).toMatch(/layer 2 head 2( +[01]\.\d\d){3}/);
    const figure = readFileSync(path('tide/attention.svg'), 'utf8');
    for (const text of ['潮水', '退了', 'layer 2', 'head 2', '1.00']) expect(figure).toContain(`>${text}<`);
    expect(XMLValidator.validate(figure)).toBe(true); // else no browser shows it as a picture
  });
});
