export type { DisplayStream } from './display.js';
export { type ProgressBarOptions, progressBar } from './progressBar.js';
