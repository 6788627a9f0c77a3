import type { Actor } from '../../../platform/audit/domain-events';
import type { ClientInfo } from '../../../platform/http/client/client-info';
import { networkOf } from '../../../platform/http/client/network';

/** The requester of a hash, which determines its turn in the queue. */
export interface HashRequester {
  /** The client's network; networks are served round-robin. */
  readonly network: string;
  /** The account of the client's device token or session; null for a stranger. */
  readonly account: string | null;
  /** Whether the client has disconnected, so that the response would not be read. */
  readonly isGone?: () => boolean;
}

/** A command runs in its own process and does not compete. */
const COMMAND_LINE: HashRequester = { network: 'command line', account: null };

/** A client of which only the address is known. */
export const stranger = ({ ipAddress }: ClientInfo): HashRequester => ({
  network: networkOf(ipAddress),
  account: null,
});

/** The requester for an actor: the owner of a session has the same priority as a known device. */
export const requesterOf = ({ id, client }: Actor): HashRequester =>
  client ? { ...stranger(client), account: id } : COMMAND_LINE;
