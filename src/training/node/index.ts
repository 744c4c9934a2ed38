export { type ProgressBarOptions, progressBar } from './progressBar.js';
