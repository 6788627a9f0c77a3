import { Injectable } from '@nestjs/common';
import { PasswordsService } from '../../auth/passwords/passwords.service';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import { RequestValidationPipe } from '../../platform/validation/request-validation.pipe';
import { newUser } from '../../users/new-user';
import type { User } from '../../users/user.entity';
import { ImportedUserDto } from './imported-user.dto';

/** A line of an import file: its record, or why it could not be read. */
export type ImportLine =
  { readonly line: number; readonly record: unknown } | { readonly line: number; readonly fault: string };

/** A line that was not imported, and why. Never contains the hash. */
export interface Refusal {
  /** Counted from 1. */
  line: number;
  /** Null if it could not be read. */
  username: string | null;
  reason: string;
}

/** A valid account, which is imported unless its name or address is taken. */
export interface Candidate {
  line: number;
  user: User;
  /** Null for an account without a password. */
  hash: string | null;
}

/** Maximum characters of a line's own text in the report. */
const MAX_REPEATED = 300;

/** Validates the lines of an import by the rules of the API. */
@Injectable()
export class ImportLineValidator {
  private readonly pipe = new RequestValidationPipe();

  constructor(
    private readonly passwords: PasswordsService,
    private readonly clock: Clock,
  ) {}

  /** @returns the account in the line, or why it is refused */
  async check(line: ImportLine): Promise<Candidate | Refusal> {
    if ('fault' in line) return { line: line.line, username: null, reason: line.fault };
    try {
      const validated: unknown = await this.pipe.transform(line.record, { type: 'body', metatype: ImportedUserDto });
      if (!(validated instanceof ImportedUserDto)) throw new TypeError('The validation made something else');
      return this.candidate(line.line, validated);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const faults = error.errors?.map(({ pointer, message }) => `${pointer.slice(1) || 'the line'} ${message}`);
      return refusal(line.line, usernameOf(line.record), faults?.join('; ') ?? error.message);
    }
  }

  private candidate(line: number, imported: ImportedUserDto): Candidate | Refusal {
    const { username, email, passwordHash, emailVerified = false, isActive = true } = imported;
    const hashFault = passwordHash === undefined ? null : this.passwords.refusalOf(passwordHash);
    if (hashFault !== null) return refusal(line, username, `passwordHash ${hashFault}`);
    const now = this.clock.now();
    const createdAt = imported.createdAt === undefined ? now : Date.parse(imported.createdAt);
    if (!(createdAt >= 0 && createdAt <= now)) {
      return refusal(line, username, 'createdAt must be a time between 1970 and now');
    }
    const user = newUser({ username, email, holdsEmail: true }, now);
    return { line, hash: passwordHash ?? null, user: Object.assign(user, { emailVerified, isActive, createdAt }) };
  }
}

/** A refusal with truncated text, which may be hostile. */
export const refusal = (line: number, username: string | null, reason: string): Refusal => ({
  line,
  username: username?.slice(0, MAX_REPEATED) ?? null,
  reason: reason.slice(0, MAX_REPEATED),
});

function usernameOf(record: unknown): string | null {
  const isNamed = typeof record === 'object' && record !== null && 'username' in record;
  return isNamed && typeof record.username === 'string' ? record.username : null;
}
