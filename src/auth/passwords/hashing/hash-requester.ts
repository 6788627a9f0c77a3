import type { Actor } from '../../../platform/audit/domain-events';
import type { ClientInfo } from '../../../platform/http/client/client-info';
import { networkOf } from '../../../platform/http/client/network';

/** For whom a hash is computed, which decides when it is its turn. */
export interface HashRequester {
  /** The client's network; networks are served in turn. */
  readonly network: string;
  /** The account that the client has shown to know, by a device token or a session; null for a stranger. */
  readonly account: string | null;
  /** Whether the client has gone away, so that the answer would not be read. */
  readonly isGone?: () => boolean;
}

/** A command has a process of its own and competes with no one. */
const COMMAND_LINE: HashRequester = { network: 'command line', account: null };

/** A client of whom nothing is known but where it calls from. */
export const stranger = ({ ipAddress }: ClientInfo): HashRequester => ({
  network: networkOf(ipAddress),
  account: null,
});

/** The requester for an actor: the owner of a session is as well known as a device. */
export const requesterOf = ({ id, client }: Actor): HashRequester =>
  client ? { ...stranger(client), account: id } : COMMAND_LINE;
