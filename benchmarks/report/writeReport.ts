// docs/performance.md: the part of it that numbers stand in, from the last run of each suite.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from 'sesame-nlp/errors';
import { describeMachine } from '../harness/machine.js';
import { shortNumber } from '../harness/measure.js';
import { raceTable } from '../harness/raceTable.js';
import { type PlainTable, readResult, type SuiteResult } from '../harness/results.js';
import { markdownTable, textTable } from '../harness/table.js';
import { barChart } from './barChart.js';
import { type CheckedBar, checkBars, verdict } from './bars.js';

const docs = (path: string) => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const [START, END] = ['<!-- numbers: npm run bench -- report -->', '<!-- /numbers -->'];

/** Shows which bars hold, and writes numbers and picture into the documentation. */
export function writeReport(suites: readonly string[]): void {
  const results = suites.flatMap((suite) => readResult(suite) ?? []);
  if (results.length === 0) {
    throw new ConfigError(`There is nothing to report.\nRun the suites first: ${suites.join(', ')}.`, {
      value: suites,
    });
  }
  const bars = checkBars(results.flatMap(({ races }) => races));
  const table = barTable(bars);
  console.log(textTable(table));
  const missing = suites.filter((suite) => !results.some((result) => result.suite === suite));
  if (missing.length > 0) console.log(`\nNot run: ${missing.join(', ')}.`);

  const page = docs('performance.md');
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.indexOf(START) + START.length, text.indexOf(END)];
  const numbers = [
    origin(results),
    '![How many times as fast as each peer sesame-nlp is](images/performance.svg)',
    markdownTable(table),
    ...results.flatMap(suiteSection),
  ];
  writeFileSync(page, `${text.slice(0, before)}\n\n${numbers.join('\n\n')}\n\n${text.slice(after)}`);
  writeFileSync(docs('images/performance.svg'), barChart(bars));
}

function barTable(bars: readonly CheckedBar[]): PlainTable {
  const rows = bars.map((checked) => {
    const { against, what, bar, goal, ratio } = checked;
    const promise = (value: number | undefined) => (value === undefined ? '' : `${value}x`);
    const measured =
      ratio === undefined ? '' : `${shortNumber(ratio.median)}x (${ratio.quartiles.map(shortNumber).join('-')})`;
    return [against, what, promise(bar), promise(goal), measured, verdict(checked)];
  });
  return { title: 'What is promised', header: ['beside', 'what', 'bar', 'goal', 'measured', 'holds'], rows };
}

/** Where, when and with what. */
function origin(results: readonly SuiteResult[]): string {
  const machines = new Set(results.map(({ machine }) => describeMachine(machine)));
  const dates = results.map(({ date }) => date.slice(0, 10)).sort();
  const versions = new Map(results.flatMap((result) => Object.entries(result.versions)));
  const quick = results.filter((result) => result.quick).map(({ suite }) => suite);
  const sentences = [
    `Measured on ${[...machines].join('; ')}, ${[...new Set([dates[0], dates.at(-1)])].join(' to ')}.`,
    `Beside ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    ...(quick.length === 0 ? [] : [`With smaller shapes, by \`--quick\`: ${quick.join(', ')}.`]),
  ];
  return sentences.join(' ');
}

function suiteSection({ suite, rounds, races, tables }: SuiteResult): string[] {
  const section = (table: PlainTable) => [
    `**${table.title}**`,
    markdownTable(table),
    ...(table.notes ?? []).map((note) => `- ${note}`),
  ];
  return [`### ${suite}`, `Medians of ${rounds} rounds.`, ...[...races.map(raceTable), ...tables].flatMap(section)];
}
