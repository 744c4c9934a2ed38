/** Shows what is being done, in one line that is written over; on a terminal only. */
export function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${what}`);
}

/** Takes the line away. */
export function clearProgress(): void {
  showProgress('');
}
