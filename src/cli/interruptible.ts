/** Ctrl-C. */
export class Interrupted extends Error {}

/**
 * Work that Ctrl-C ends in order: the first one aborts the signal, a second one kills the process as ever.
 *
 * @throws Interrupted, where the work throws the signal's reason
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new AbortController();
  const abort = () => interrupt.abort(new Interrupted('interrupted; nothing was written.'));
  process.once('SIGINT', abort);
  try {
    return await work(interrupt.signal);
  } finally {
    process.off('SIGINT', abort);
  }
}
