const t0=performance.now(); require('@tensorflow/tfjs-core'); console.log('require core', (performance.now()-t0).toFixed(0)); 
