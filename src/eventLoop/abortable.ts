/**
 * The values of a source, sync or not. Once the signal says stop its reason is thrown, even while a value is still
 * awaited, and the source is closed.
 */
export async function* abortable<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  signal?.throwIfAborted();
  // A sync source never waits, so that whoever reads it can look at the signal in between.
  yield* signal !== undefined && Symbol.asyncIterator in source ? raceAbort(source, signal) : source;
}

async function* raceAbort<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  aborted.catch(() => {}); // the race is what hears of it, if one is running
  signal.addEventListener('abort', abort);
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      finished = done === true;
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Not awaited: a source that hangs would hang here as well.
    if (!finished) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
