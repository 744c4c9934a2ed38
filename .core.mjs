const t0=performance.now(); await import('@tensorflow/tfjs-core'); console.log('import core', (performance.now()-t0).toFixed(0)); 
