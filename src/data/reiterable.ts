/** An async iterable that calls `generate` each time it is iterated: it can be read as often as what that reads. */
export function reiterable<Item>(generate: () => AsyncGenerator<Item, void>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: generate };
}
