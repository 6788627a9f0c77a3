// The body of a hash thread: answers one job after the other. Plain JavaScript, so that tests run it without a build, and
// CommonJS, because loading an ES module takes a third of the time that a thread needs to start.
const { Buffer } = require('node:buffer');
const { readlinkSync } = require('node:fs');
const { setPriority } = require('node:os');
const { basename } = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { compareSync, hashSync } = require('bcrypt');

// On Linux the id of a thread lowers that thread alone.
if (workerData.priority !== null) setPriority(Number(basename(readlinkSync('/proc/thread-self'))), workerData.priority);

/** Bytes arrive as a Uint8Array, which bcrypt does not take. */
const bytesOf = (password) => (typeof password === 'string' ? password : Buffer.from(password));

parentPort.on('message', ({ password, cost, stored }) => {
  parentPort.postMessage(
    stored === undefined ? hashSync(bytesOf(password), cost) : compareSync(bytesOf(password), stored),
  );
});
