import { SesameError } from 'sesame-nlp/errors';

/**
 * Runs an example: an error thrown on purpose is told in its own words, any other with its stack, and the exit code is 1.
 * (Nobody may catch it later: tfjs's wasm module would throw it on from its one line of 100,000 characters, and show that.)
 */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SesameError ? `\n${error.name}: ${error.message}` : error);
    process.exitCode = 1;
  }
}
