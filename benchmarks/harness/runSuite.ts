import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suiteChart } from '../report/suiteChart.js';
import { describeMachine, thisMachine } from './machine.js';
import { howToInstall, type Peer, versionOf } from './peers.js';
import { clearProgress } from './progress.js';
import { runRace } from './race.js';
import { raceTable } from './raceTable.js';
import { type PlainTable, type RaceResult, resultsFolder, type SuiteResult, writeResult } from './results.js';
import type { Suite } from './suite.js';
import { textTable } from './table.js';

/** What the command line says about a run. */
export interface RunOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly threads: readonly number[];
  /** The libraries to compare with. */
  readonly peers: readonly Peer[];
}

/**
 * Runs a suite, shows its tables, and writes its samples and a picture. The exit code is 1 if a library computes
 * something else than ours.
 */
export async function runSuite(name: string, suite: Suite, options: RunOptions): Promise<void> {
  const { quick, rounds, threads, peers } = options;
  const machine = thisMachine();
  console.log(`${describeMachine(machine)}; ${rounds} rounds${quick ? ', quick' : ''}`);
  nameMissing(peers);

  const races: RaceResult[] = [];
  const tables: PlainTable[] = [];
  const show = (table: PlainTable) => {
    clearProgress();
    console.log(`\n${table.title}\n${textTable(table)}`);
  };
  const models = join(resultsFolder, 'models');
  rmSync(models, { recursive: true, force: true }); // of a run that was interrupted
  mkdirSync(models, { recursive: true });
  try {
    await suite({
      quick,
      models,
      threads,
      run: async (race, display = 'shown') => {
        const result = await runRace(race, { rounds, peers });
        if (result.contenders.some(({ disagrees }) => disagrees)) process.exitCode = 1;
        if (display === 'shown') {
          races.push(result);
          show(raceTable(result));
        }
        return result;
      },
      show: (table) => {
        tables.push(table);
        show(table);
      },
    });
  } finally {
    rmSync(models, { recursive: true, force: true });
  }

  const versions = new Map(peers.map((peer) => [peer, versionOf(peer)]));
  const result: SuiteResult = {
    suite: name,
    date: new Date().toISOString(),
    quick,
    rounds,
    machine,
    versions: Object.fromEntries([...versions].filter(([, version]) => version !== undefined)) as Record<Peer, string>,
    races,
    tables,
  };
  const paths = [
    writeResult(`${name}.json`, `${JSON.stringify(result)}\n`),
    ...(races.length === 0 ? [] : [writeResult(`${name}.svg`, suiteChart(result))]),
  ];
  console.log(`\n${paths.join('\n')}`);
}

function nameMissing(peers: readonly Peer[]): void {
  const missing = peers.filter((peer) => versionOf(peer) === undefined);
  for (const command of new Set(missing.map(howToInstall))) {
    const names = missing.filter((peer) => howToInstall(peer) === command);
    console.log(`Not installed: ${names.join(', ')}. Install: ${command}`);
  }
}
