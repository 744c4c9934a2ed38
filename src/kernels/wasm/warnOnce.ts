const said = new Set<string>();

/** Says what does not work as asked, once: everything works without it, only slower. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(`sesame-nlp: ${message}.`);
}
