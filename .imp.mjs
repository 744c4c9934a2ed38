const t0=performance.now();
await import('@tensorflow/tfjs-core'); const t1=performance.now();
await import('./dist/index.js'); const t2=performance.now();
await import('@tensorflow/tfjs-backend-wasm'); const t3=performance.now();
console.log('core',(t1-t0).toFixed(0),'ours',(t2-t1).toFixed(0),'wasm',(t3-t2).toFixed(0));
