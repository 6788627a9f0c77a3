import { fastifyCookie } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v4 } from 'uuid';
import { Clock } from '../../platform/kernel/clock.service';
import type { User } from '../../users/user.entity';
import { DeviceTokenCodec, type DeviceTokenContent } from './device-token.codec';

declare module 'fastify' {
  interface FastifyRequest {
    /** The device tokens of the request, of any account, decoded once. */
    sentDevices?: readonly DeviceTokenContent[] | undefined;
    /** The account that the request logs in to, whose credentials it does not change. */
    deviceOwner?: DeviceOwner | undefined;
    /** The id of the device, if it has logged in before to the account of this request. */
    knownDevice?: string | undefined;
    /** The id that the device is given by this request, if it had none. */
    newDevice?: string;
  }
}

/** The owner of a device, and the current version of the account's credentials. */
export type DeviceOwner = Pick<User, 'id' | 'credentialVersion'>;

/** How long a device stays known, in seconds. */
const LIFETIME = 365 * 24 * 3600;

const HEADER = 'x-device-token';

/** Recognizes devices that have logged in to an account before, by a token in a header or a cookie. */
@Injectable()
export class DeviceTokens {
  constructor(
    private readonly codec: DeviceTokenCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks whether the request is from a known device of this account, and sets `request.knownDevice`.
   * @param owner undefined for an unknown account, which takes the same time
   * @returns the id of the device; undefined for an expired token, one of another account or earlier credentials, or
   * none
   */
  recognize(request: FastifyRequest, owner: DeviceOwner | undefined): string | undefined {
    const device = this.find(request, owner);
    request.knownDevice = device?.deviceId;
    return device?.deviceId;
  }

  /** Like `recognize`, for a login with the credentials of this account: `give` then needs no second read. */
  recognizeLogin(request: FastifyRequest, owner: DeviceOwner | undefined): string | undefined {
    request.deviceOwner = owner;
    return this.recognize(request, owner);
  }

  /** The id of the device for an account that has just signed in; a device without one is given one. */
  deviceFor(request: FastifyRequest, owner: DeviceOwner): string {
    return this.find(request, owner)?.deviceId ?? (request.newDevice ??= v4());
  }

  /** Sends the device of a successful login its token, in a header and in a cookie; a known device keeps its own. */
  give(request: FastifyRequest, reply: FastifyReply, owner: DeviceOwner): void {
    const known = this.find(request, owner);
    this.send(request, reply, known ?? this.newContent(owner, this.deviceFor(request, owner)));
  }

  /** Sends a known device a token for the changed password. @param before the account before the change */
  renew(request: FastifyRequest, reply: FastifyReply, before: DeviceOwner): void {
    const device = this.find(request, before);
    const after = { id: before.id, credentialVersion: before.credentialVersion + 1 };
    if (device) this.send(request, reply, this.newContent(after, device.deviceId));
  }

  private newContent({ id: userId, credentialVersion }: DeviceOwner, deviceId: string): DeviceTokenContent {
    return { userId, deviceId, credentialVersion, issuedAt: this.seconds() };
  }

  private send(request: FastifyRequest, reply: FastifyReply, device: DeviceTokenContent): void {
    const token = this.codec.encode(device);
    const secure = request.protocol === 'https';
    const options = { httpOnly: true, maxAge: LIFETIME, path: '/', sameSite: 'strict', secure } as const;
    reply.header(HEADER, token);
    reply.header('set-cookie', fastifyCookie.serialize(cookieName(request), token, options));
  }

  private find(request: FastifyRequest, owner: DeviceOwner | undefined): DeviceTokenContent | undefined {
    request.sentDevices ??= sentTokens(request).flatMap((token) => this.codec.decode(token) ?? []);
    return request.sentDevices.find((device) => this.isValid(device, owner));
  }

  private isValid(
    { userId, credentialVersion, issuedAt }: DeviceTokenContent,
    owner: DeviceOwner | undefined,
  ): boolean {
    const isTheirs = userId === owner?.id && credentialVersion === owner.credentialVersion;
    return isTheirs && this.seconds() < issuedAt + LIFETIME;
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

/** With the prefix, browsers accept the cookie only from this host over HTTPS (ASVS 3.3.3). */
const cookieName = ({ protocol }: FastifyRequest) =>
  protocol === 'https' ? '__Host-latchkey-device' : 'latchkey-device';

/** The header takes precedence over the cookie. */
function sentTokens(request: FastifyRequest): string[] {
  const { [HEADER]: header, cookie } = request.headers;
  const inCookie = cookie === undefined ? undefined : fastifyCookie.parse(cookie)[cookieName(request)];
  return [header, inCookie].filter((token) => typeof token === 'string');
}
