import { SesameError } from 'sesame-nlp/errors';

/** Runs an example: an error thrown on purpose is told in its own words, without a stack, and the exit code is 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SesameError)) throw error;
    console.error(`\n${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
