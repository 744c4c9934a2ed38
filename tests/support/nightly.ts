/**
 * How often a randomised test runs: a small figure at every run of the suite, the large one in
 * `npm run test:nightly`.
 */
export function timesToRun(figures: { always: number; nightly: number }): number {
  return process.env.SESAME_NIGHTLY === '1' ? figures.nightly : figures.always;
}
