import { isError } from '../../platform/kernel/is-error';
import { DomainError } from '../../platform/problems/domain-error';

/** An error in one line, for people. */
export function describeError(error: unknown): string {
  if (!isError(error)) return String(error);
  const faults = error instanceof DomainError ? error.errors : undefined;
  const text = faults?.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join('; ') ?? error.message;
  return (text || error.name).replaceAll(/\s*\n\s*/g, ' ');
}
