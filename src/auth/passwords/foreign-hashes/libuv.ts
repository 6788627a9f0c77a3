import pLimit from 'p-limit';
import { sparingThreads } from '../../../platform/config/processors';

/** libuv has four threads for the whole process; at least one must stay free for the database. */
const MAX_AT_ONCE = 3;

/** Runs what computes on libuv's threads, of normal priority: few at a time, and one core stays free. */
export const onLibuvThread = pLimit(Math.min(MAX_AT_ONCE, sparingThreads()));
