import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressKey } from '../../platform/addresses/mailbox';
import { clientAddress } from '../../platform/http/client/client-address';
import { networkOf } from '../../platform/http/client/network';
import { isStorable } from '../../platform/validation/request-validation.pipe';
import { loginKey } from '../../users/names';
import { type DeviceOwner, DeviceTokens } from '../devices/device-tokens.service';
import type { Limit, Subject } from './counters/limit';
import { LoginAccountFinder } from './login-account-finder';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of a limited route: the account that the request counts for; null for an unknown name. */
    limitedAccount?: string | null;
  }
}

/** Longest username or address that any route accepts, in UTF-16 units. */
const MAX_NAME_LENGTH = 508;

/** What a request can be counted by; undefined for values that are missing or will fail validation. */
export interface CountedBy {
  network: string;
  email: string | undefined;
  name: string | undefined;
  account: string | undefined;
  /** The device, if it is known. */
  device: string | undefined;
}

/** Determines what a request is counted by. */
@Injectable()
export class RateLimitKeys {
  constructor(
    private readonly accounts: LoginAccountFinder,
    private readonly devices: DeviceTokens,
  ) {}

  /** What these limits count a request by. Known and unknown names cause the same lookups. */
  async of(limits: readonly Limit[], request: FastifyRequest): Promise<CountedBy> {
    const has = (subject: Subject) => limits.some((limit) => limit.subject === subject);
    const name = has('name') ? textOf(request.body, 'username') : undefined;
    const account = name === undefined ? request.user?.user : await this.accounts.find(name, request);
    request.limitedAccount = account?.id ?? null;
    return {
      network: networkOf(clientAddress(request)),
      email: textOf(request.body, 'email'),
      name: name === undefined ? undefined : nameKey(name, account),
      account: account?.id,
      device: has('device') ? this.devices.recognize(request, account ?? undefined) : undefined,
    };
  }
}

/**
 * The key of a limit's counter: a hash, so that client input is not stored and has a bounded length.
 * @returns null when the limit does not count this request
 */
export function keyOf({ subject, devices }: Limit, countedBy: CountedBy): string | null {
  if (devices !== undefined && (devices === 'known') !== (countedBy.device !== undefined)) return null;
  const { network, email, name, account, device } = countedBy;
  const address = email === undefined ? undefined : addressKey(email);
  const values: Record<Subject, string | undefined> = {
    name,
    account,
    device,
    email: address,
    'email-from': address && `${network} ${address}`,
    address: network,
  };
  const value = values[subject];
  return value === undefined ? null : createHash('sha256').update(`${subject}:${value}`).digest('base64url');
}

/**
 * What a name is counted by. The username of an account is counted by the account, because a stolen session could
 * change the name and so the counter. An address is counted by itself, because a counter that depended on an account
 * would reveal one.
 */
function nameKey(name: string, account: DeviceOwner | null | undefined): string {
  return account && !name.includes('@') ? `id ${account.id}` : loginKey(name);
}

/** A name from a body before validation; undefined when the pipe will refuse it. */
function textOf(body: unknown, property: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Reflect.get(body, property);
  const isName = typeof value === 'string' && value.length <= MAX_NAME_LENGTH && isStorable(value);
  return isName ? value : undefined;
}
