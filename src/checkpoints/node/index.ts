export { directoryFolder } from './directoryFolder.js';
export { directoryStore } from './directoryStore.js';
