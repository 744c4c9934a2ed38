/** How long work may go on before others get a turn, in milliseconds. */
const TURN = 20;

/**
 * Lets a long computation give way now and then: timers, input and aborts get their turn, and an abort is thrown.
 *
 * @returns a function to await often; it costs next to nothing until the turn is over
 */
export function takeTurns(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let turnEnds = performance.now() + TURN;
  return () => {
    if (performance.now() < turnEnds) return undefined;
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        turnEnds = performance.now() + TURN;
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      });
    });
  };
}
