/** The last task under each key. */
const last = new Map<string, Promise<unknown>>();

/** Runs the tasks of one key one after the other, in the order of the calls; a task that fails does not stop the next. */
export async function oneAtATime<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
  const before = last.get(key);
  const running = (async () => {
    await before?.catch(() => {});
    return await task();
  })();
  last.set(key, running);
  try {
    return await running;
  } finally {
    if (last.get(key) === running) last.delete(key);
  }
}
