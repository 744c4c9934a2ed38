export { readText } from './readText.js';
export { type StreamedText, type StreamTextOptions, streamText } from './streamText.js';
export { textFiles } from './textFiles.js';
