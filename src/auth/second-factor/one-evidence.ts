import { DomainError } from '../../platform/problems/domain-error';

/**
 * Checks that a body has exactly one of the properties that could be evidence.
 * @throws DomainError `validation_failed` otherwise
 */
export function assertOne(evidence: object, names: readonly string[]): void {
  const sent = Object.entries(evidence).filter(([name, value]) => names.includes(name) && value !== undefined);
  if (sent.length === 1) return;
  const [first = '', ...others] = names;
  const message = `must be the only one of ${[first, ...others].join(', ')}, and one is needed`;
  const errors = (sent.length === 0 ? [first] : sent.map(([name]) => name)).map((name) => ({
    pointer: `/${name}`,
    message,
  }));
  throw new DomainError('validation_failed', `Send one of ${names.join(', ')}.`, { errors });
}
