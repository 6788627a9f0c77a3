import pLimit from 'p-limit';
import { sparingThreads } from '../../../platform/kernel/processors';

/** libuv has four threads for the whole process; at least one must stay free for the database. */
const MAX_AT_ONCE = 3;

/** Runs work on libuv's threads, which have normal priority: a few at a time, so that one core stays free. */
export const onLibuvThread = pLimit(Math.min(MAX_AT_ONCE, sparingThreads()));
