import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { isError } from './is-error';

/** Permission bits of group and others. */
const OTHERS = 0o077;

/**
 * Creates a folder and its missing parents with access for the owner only (0700). An existing folder stays unchanged.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Creates an empty file with access for its owner only (0600) if it does not exist, regardless of the umask, before a
 * library opens it by name. An existing file of ours with a wider mode, as created by older versions, is restricted. It
 * is never opened: closing a descriptor would release every lock that SQLite holds on the file in this process (POSIX).
 */
export function makePrivateFile(file: string): void {
  if (isNew(file)) return;
  const { mode, uid } = statSync(file);
  if ((mode & OTHERS) !== 0 && uid === process.getuid?.()) chmodSync(file, mode & 0o700);
}

/** Creates the file unless it exists. @returns whether it was created */
function isNew(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether users other than the owner may enter or list a folder. False where modes have no meaning, as on Windows. */
export const isOpenToOthers = (folder: string): boolean =>
  process.getuid !== undefined && ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0;
