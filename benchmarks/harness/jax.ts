// @jax-js/jax in a contender's process. It asks for a browser's `navigator`, which Node 20 does not have.
Object.defineProperty(globalThis, 'navigator', {
  value: { userAgent: 'Node', hardwareConcurrency: 1 },
  configurable: true,
});

/** The library on its wasm device, which in Node has one thread. */
export async function startJax() {
  const jax = await import('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return jax;
}
