import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isError } from '../kernel/is-error';
import { makePrivateFolder } from '../kernel/private-files';
import { ConfigError } from './environment';

/** Secrets of an installation, the newest first. */
export type Secrets = readonly [string, ...string[]];

const SECRET_BYTES = 48;

/** Shorter ones were not made by us, and would be weak keys. */
const MIN_LENGTH = 32;

/** A new secret of 384 random bits, in base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/**
 * The file that keeps the secrets where none is configured: `DATA_DIR/secret`, one on each line, the newest first,
 * readable by its owner alone. It is complete at every moment, whichever process dies and however many start at once.
 */
export class SecretFile {
  private readonly path: string;

  constructor(private readonly dataDir: string) {
    this.path = join(dataDir, 'secret');
  }

  /** Reads the secrets, or makes the first; where several processes do so at once, one wins. @throws ConfigError when the file holds none */
  read(): Secrets {
    if (!existsSync(this.path)) this.makeFirst();
    const [first, ...rest] = readFileSync(this.path, 'utf8').trim().split(/\s+/);
    if (first === undefined || [first, ...rest].some((secret) => secret.length < MIN_LENGTH)) {
      throw new ConfigError(`${this.path}: must hold secrets of ${MIN_LENGTH} characters or more, one on each line`);
    }
    return [first, ...rest];
  }

  /** Replaces the file at once. */
  write(secrets: Secrets): void {
    const draft = this.draft(secrets);
    renameSync(draft, this.path);
    this.syncFolder();
  }

  private makeFirst(): void {
    makePrivateFolder(this.dataDir);
    const draft = this.draft([newSecret()]);
    try {
      linkSync(draft, this.path);
    } catch (error) {
      if (!(isError(error) && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      rmSync(draft);
    }
  }

  private draft(secrets: Secrets): string {
    const draft = `${this.path}.${randomBytes(8).toString('hex')}`;
    writeFileSync(draft, secrets.join('\n'), { mode: 0o600, flag: 'wx', flush: true });
    return draft;
  }

  /** The new name must survive a lost power cable before anything is signed with what stands under it. */
  private syncFolder(): void {
    const folder = openSync(this.dataDir, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
}
