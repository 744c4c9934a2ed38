export type { BackendName } from './backendPackages.js';
export { type SelectBackendOptions, selectBackend } from './selectBackend.js';
