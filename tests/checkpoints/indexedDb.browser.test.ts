import { describeIndexedDb } from './indexedDbContract.js';

describeIndexedDb();
