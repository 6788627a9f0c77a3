import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isStorable } from '../../common/validation/validation.pipe';
import { clientAddress } from '../../http/client-address';
import { networkOf } from '../../http/network';
import { caseless, UsersService } from '../../users/users.service';
import { DeviceTokens } from '../devices/device-tokens';
import type { Policy, Subject } from './policies';

/** Longest username or address that any route takes, in UTF-16 units. */
const MOST_NAME_LENGTH = 508;

/** Finds out whom a request is counted for. */
@Injectable()
export class Subjects {
  constructor(
    private readonly users: UsersService,
    private readonly devices: DeviceTokens,
  ) {}

  /**
   * The key of a limit's counter: a hash, so that what strangers send is neither kept nor of any length.
   * @returns null when nobody is counted: the request is from a known device, or has no name and will be refused
   */
  async key(subject: Subject, counts: Policy['counts'], request: FastifyRequest): Promise<string | null> {
    const mayBeKnown = counts === 'failures';
    if (subject === 'address')
      return mayBeKnown && request.knownDevice ? null : hashed('address', networkOf(clientAddress(request)));
    if (subject === 'email') return hashed('email', textOf(request.body, 'email'), caseless);
    const { id, name } = subject === 'caller' ? callerOf(request) : await this.named(request.body);
    const device = mayBeKnown ? this.devices.recognise(request, id) : undefined;
    if (device !== undefined) return hashed('device', device);
    // A caller can change the name, and with it the counter, without the password.
    return subject === 'caller' ? hashed('account', id) : hashed('name', name, caseless);
  }

  /** The account that a body names, found by the same lookup whether there is one or not. */
  private async named(body: unknown): Promise<Named> {
    const name = textOf(body, 'username');
    const user = name === undefined ? null : await this.users.findByLogin(name);
    return { id: user?.id, name };
  }
}

/** A name, and the account that has it. */
interface Named {
  id: string | undefined;
  name: string | undefined;
}

const callerOf = ({ user }: FastifyRequest): Named => ({ id: user?.id, name: undefined });

const hashed = (kind: string, value: string | undefined, form = (text: string) => text): string | null =>
  value === undefined
    ? null
    : createHash('sha256')
        .update(`${kind}:${form(value)}`)
        .digest('base64url');

/** A name from a body that no pipe has validated yet; undefined when the pipe will refuse it. */
function textOf(body: unknown, property: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Reflect.get(body, property);
  const isName = typeof value === 'string' && value.length <= MOST_NAME_LENGTH && isStorable(value);
  return isName ? value : undefined;
}
