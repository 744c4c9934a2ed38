/** The ONNX files of a model, named as transformers.js looks for them with `dtype: 'fp32'` and `'q8'`. */
export const onnxFiles = { float32: 'model.onnx', int8: 'model_quantized.onnx' } as const;
