const t0 = performance.now();
await import('@tensorflow/tfjs-core');
const t1 = performance.now();
await import('@tensorflow/tfjs-backend-wasm');
const t2 = performance.now();
await import('@tensorflow/tfjs');
const t3 = performance.now();
console.log(
  'start',
  t0.toFixed(0),
  'core',
  (t1 - t0).toFixed(0),
  'wasm',
  (t2 - t1).toFixed(0),
  'union',
  (t3 - t2).toFixed(0),
);
