// The body of a hash thread: answers one job after the other. Plain JavaScript, so that tests run it without a build.
import { Buffer } from 'node:buffer';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcrypt';

// On Linux the id of a thread lowers that thread alone.
if (workerData.priority !== null) setPriority(Number(basename(readlinkSync('/proc/thread-self'))), workerData.priority);

/** Bytes arrive as a Uint8Array, which bcrypt does not take. */
const bytesOf = (password) => (typeof password === 'string' ? password : Buffer.from(password));

parentPort.on('message', ({ password, cost, stored }) => {
  parentPort.postMessage(
    stored === undefined ? hashSync(bytesOf(password), cost) : compareSync(bytesOf(password), stored),
  );
});
