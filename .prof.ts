import { selectBackend } from './src/backends/index.js';
import { createGpt } from './src/models/index.js';
import { fit, muon, linearWarmup, adamW } from './src/training/index.js';
import { engine } from '@tensorflow/tfjs-core';
const kernels = process.argv[2] !== 'stock';
const [d,L,H,T,B]= (process.argv[3]??'96,6,3,128,16').split(',').map(Number) as number[];
await selectBackend('wasm',{kernels});
const model=createGpt({vocabSize:65,maxPositions:T,dModel:d,numLayers:L,numHeads:H,dropout:0,positions:'rotary',rotaryBase:1000,shiftTaps:3,bigramEmbedding:true,tieEmbeddings:false,initialization:'zeroOutput'});
const rows=()=>Array.from({length:B},()=>Array.from({length:T+1},()=>Math.floor(Math.random()*65)));
const batch={tokenIds:rows()}; const steps=+(process.argv[4]??14);
const times:number[]=[]; 
await fit(model,{*[Symbol.iterator](){for(;;)yield batch;}} as never,{steps,clipNorm:1,optimizer:process.argv[5]==='adam'?adamW({learningRate:1e-3}):muon({learningRate:0.02,weightDecay:.1,newtonSchulzSteps:3,adamW:{learningRate:4e-3}}),callbacks:[{onStep:()=>void times.push(performance.now())}]});
const dts=times.slice(1).map((t,i)=>t-times[i]!).slice(2).sort((a,b)=>a-b); console.log('ms/step median',dts[dts.length>>1]!.toFixed(1),'min',dts[0]!.toFixed(1),'tok/s',(B*T/dts[dts.length>>1]!*1e3).toFixed(0));
if(process.argv[6]==='prof'){ let out:Record<string,[number,number]>={};
 const eng=engine() as any; const {registerKernel,getKernelsForBackend,unregisterKernel}=await import('@tensorflow/tfjs-core');
 for(const k of getKernelsForBackend('wasm')){ const f=k.kernelFunc; unregisterKernel(k.kernelName,'wasm'); registerKernel({...k,kernelFunc:(c:any)=>{const t=process.cpuUsage(); const r=f(c); const u=process.cpuUsage(t); const e=(out[k.kernelName]??=[0,0]); e[0]+=(u.user+u.system)/1000; e[1]++; return r;}}); }
 const t=process.cpuUsage(); const N=10; await fit(model,{*[Symbol.iterator](){for(;;)yield batch;}} as never,{steps:N,clipNorm:1,optimizer:process.argv[5]==='adam'?adamW({learningRate:1e-3}):muon({learningRate:0.02,weightDecay:.1,newtonSchulzSteps:3,adamW:{learningRate:4e-3}})});
 const uu=process.cpuUsage(t); const total=(uu.user+uu.system)/1000/N; let s=0; console.log('total/step',total.toFixed(1)); for(const [n,[ms,c]] of Object.entries(out).sort((a,b)=>b[1][0]-a[1][0]).slice(0,32)){console.log(n.padEnd(28),(ms/N).toFixed(2),'ms',(c/N).toFixed(1),'calls'); } for(const v of Object.values(out))s+=v[0]/N; console.log('kernels',s.toFixed(1),'rest',(total-s).toFixed(1)); }
