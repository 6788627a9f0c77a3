import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { PasswordCredential } from '../../auth/passwords/password-credential.entity';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { OPERATOR } from '../../platform/audit/domain-events';
import { Database } from '../../platform/database/database.service';
import { isUniqueViolation } from '../../platform/database/sql/database-errors';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { AccountHooks } from '../../users/account-hooks.service';
import { User } from '../../users/user.entity';
import {
  type Candidate,
  ImportLineValidator,
  type ImportLine,
  type Refusal,
  refusal,
} from './import-line-validator.service';
import { UserImport } from './user-import.entity';

/** Writes the refusals of a batch to the report at a byte position. @returns the position after them */
export type WriteReport = (position: number, refusals: readonly Refusal[]) => Promise<number>;

/** Each attempt fails only if one of the batch's names is registered at the same moment. */
const MAX_ATTEMPTS = 20;

/** Imports accounts of other systems, one batch per transaction, and stores the progress of each file. */
@Injectable()
export class UserImporter {
  constructor(
    private readonly database: Database,
    private readonly lines: ImportLineValidator,
    private readonly audit: AuditWriter,
    private readonly hooks: AccountHooks,
    private readonly clock: Clock,
  ) {}

  /** The progress of a file, by the SHA-256 of its content. */
  async begin(fingerprint: string): Promise<UserImport> {
    const updatedAt = this.clock.now();
    const start = { fingerprint, linesDone: 0, imported: 0, refused: 0, reportBytes: 0, updatedAt, finishedAt: null };
    const { manager } = this.database;
    await manager.createQueryBuilder().insert().into(UserImport).values(start).orIgnore().execute();
    return manager.findOneByOrFail(UserImport, { fingerprint });
  }

  /**
   * Imports or refuses a batch of lines and stores the progress, in one transaction.
   * @param progress as returned for the previous batch
   * @throws Error when another process is importing the same file
   */
  async store(progress: UserImport, lines: readonly ImportLine[], report: WriteReport): Promise<UserImport> {
    const checked = await Promise.all(lines.map((line) => this.lines.check(line)));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.database.transaction((tx) => this.write(tx, progress, checked, report));
      } catch (error) {
        // One of the names was just registered; the next attempt sees it and refuses only that line.
        if (!isUniqueViolation(error) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** Marks the file as done, so that it is not imported again. */
  async finish({ fingerprint }: UserImport): Promise<void> {
    await this.database.update(UserImport, { fingerprint }, { finishedAt: this.clock.now() });
  }

  private async write(
    tx: Transaction,
    { fingerprint, linesDone }: UserImport,
    checked: readonly (Candidate | Refusal)[],
    report: WriteReport,
  ): Promise<UserImport> {
    const progress = await tx.lock(UserImport, { fingerprint });
    if (progress?.linesDone !== linesDone) throw new Error('Another process is importing the same file.');
    const { accepted, refused } = await this.sort(tx, checked);
    await this.insert(tx, accepted);
    const done = {
      linesDone: checked.at(-1)?.line ?? linesDone,
      imported: progress.imported + accepted.length,
      refused: progress.refused + refused.length,
      reportBytes: await report(progress.reportBytes, refused),
      updatedAt: this.clock.now(),
    };
    return tx.update(UserImport, { fingerprint }, done);
  }

  /**
   * Separates lines that can be imported from those whose name or address is taken by an account or an earlier line.
   */
  private async sort({ manager }: Transaction, checked: readonly (Candidate | Refusal)[]) {
    const candidates = checked.filter((line): line is Candidate => 'user' in line);
    const keys = (property: 'usernameKey' | 'emailKey') => ({
      [property]: In(candidates.map(({ user }) => user[property])),
    });
    const holders = await manager.find(User, {
      select: { usernameKey: true, emailKey: true },
      where: [keys('usernameKey'), keys('emailKey')],
    });
    const usernames = new Set(holders.map(({ usernameKey }) => usernameKey));
    const emails = new Set(holders.map(({ emailKey }) => emailKey));
    const accepted: Candidate[] = [];
    const refused: Refusal[] = [];
    for (const line of checked) {
      const reason = 'user' in line ? takenReason(line.user, usernames, emails) : null;
      if (!('user' in line)) refused.push(line);
      else if (reason !== null) refused.push(refusal(line.line, line.user.username, reason));
      else {
        accepted.push(line);
        usernames.add(line.user.usernameKey);
        emails.add(line.user.emailKey);
      }
    }
    return { accepted, refused };
  }

  private async insert(tx: Transaction, accepted: readonly Candidate[]): Promise<void> {
    if (accepted.length === 0) return;
    await tx.insertMany(
      User,
      accepted.map(({ user }) => user),
    );
    const updatedAt = this.clock.now();
    const credentials = accepted.flatMap(({ user, hash }) =>
      hash === null ? [] : [{ userId: user.id, hash, updatedAt }],
    );
    await tx.insertMany(PasswordCredential, credentials);
    for (const { user } of accepted) await this.hooks.run('onRegistration', tx, user, OPERATOR);
    const details = { users: accepted.length };
    this.audit.record(tx, { type: 'user.imported', actor: OPERATOR, accountId: null, details });
  }
}

function takenReason(user: User, usernames: ReadonlySet<string>, emails: ReadonlySet<string>): string | null {
  if (usernames.has(user.usernameKey)) return 'username is already taken, by an account or an earlier line';
  return emails.has(user.emailKey) ? 'email is already taken, by an account or an earlier line' : null;
}
