import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { isError } from './is-error';

/** What the group and everyone else may do. */
const OTHERS = 0o077;

/** Makes a folder, and those above it that are missing, for its owner alone (0700). One that exists stays as it is. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file for its owner alone (0600) where there is none, whatever the umask of the shell, before a library
 * opens it by name. One of our own that exists with a wider mode, as older versions made it, is closed to others. It is
 * never opened: closing a descriptor would release every lock that SQLite holds on the file in this process (POSIX).
 */
export function makePrivateFile(file: string): void {
  if (isNew(file)) return;
  const { mode, uid } = statSync(file);
  if ((mode & OTHERS) !== 0 && uid === process.getuid?.()) chmodSync(file, mode & 0o700);
}

/** Makes the file unless it exists. @returns whether it did */
function isNew(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether others than its owner may enter or list a folder. False where modes mean nothing, as on Windows. */
export const isOpenToOthers = (folder: string): boolean =>
  process.getuid !== undefined && ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0;
