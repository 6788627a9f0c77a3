// Loaded into the measured program: collects garbage on SIGUSR2, so that what it retains can be measured.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

process.on('SIGUSR2', () => {
  // Not an option of the process: with other flags, V8 rejects the compiled code that came with the program.
  setFlagsFromString('--expose-gc');
  // The second collection returns the pages that the first one has emptied.
  runInNewContext('gc(); gc()');
});
