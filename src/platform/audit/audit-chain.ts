import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from '../config/keyring';
import type { ClientInfo } from '../http/client/client-info';
import type { AuditEvent, AuditHead } from './audit-event.entity';

const PURPOSE = 'audit-head';

const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

/**
 * A salted hash commitment to an event's personal data. The chain holds only the commitment, so the data can be erased.
 */
export const commitmentOf = (salt: string, personal: ClientInfo): string =>
  sha256([salt, personal.ipAddress, personal.userAgent]);

/** The hash of an event: covers its permanent properties and the previous hash. */
export const hashOf = (previous: string, event: Omit<AuditEvent, 'hash' | 'personal' | 'salt'>): string =>
  sha256([
    previous,
    event.sequence,
    event.id,
    event.type,
    event.result,
    event.occurredAt,
    event.actorKind,
    event.actorId,
    event.accountId,
    event.targetId,
    event.details,
    event.commitment,
  ]);

type End = Pick<AuditHead, 'sequence' | 'hash'>;

const mac = ({ key }: NamedKey, { sequence, hash }: End) =>
  createHmac('sha256', key)
    .update(JSON.stringify([sequence, hash]))
    .digest();

/** Signs the end of the chain. */
export const signHead = (keyring: Keyring, end: End): string =>
  mac(keyring.signing(PURPOSE), end).toString('base64url');

/** Whether the end of the chain was signed with one of the current secrets. */
export function isHeadGenuine(keyring: Keyring, head: AuditHead): boolean {
  const given = Buffer.from(head.mac, 'base64url');
  return keyring
    .all(PURPOSE)
    .map((key) => mac(key, head))
    .some((expected) => expected.length === given.length && timingSafeEqual(expected, given));
}
