import module from 'node:module';
import { join } from 'node:path';

// From Node.js 22.1 on, compiled code is kept beside the program from one start to the next: a third of a start. Where
// the folder cannot be written, nothing is kept. Import this first.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
  Reflect.apply(module.enableCompileCache, module, [join(__dirname, '.compile-cache')]);
}
