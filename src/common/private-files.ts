import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';

/** What the group and everyone else may do. */
const OTHERS = 0o077;

/** Makes a folder, and those above it that are missing, for its owner alone (0700). One that exists stays as it is. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file for its owner alone (0600) where there is none, whatever the umask of the shell, before a library
 * opens it by name. One of our own that exists with a wider mode, as older versions made it, is closed to others.
 */
export function makePrivateFile(file: string): void {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_CREAT, 0o600);
  try {
    const { mode, uid } = fstatSync(descriptor);
    if ((mode & OTHERS) !== 0 && uid === process.getuid?.()) fchmodSync(descriptor, mode & 0o700);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether others than its owner may enter or list a folder. False where modes mean nothing, as on Windows. */
export const isOpenToOthers = (folder: string): boolean =>
  process.getuid !== undefined && ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0;
