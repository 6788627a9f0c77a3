import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SAFE_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Names this process among all; a number behind it names the request, at less cost than a UUID for each. */
const PROCESS_ID = randomBytes(8).toString('hex');
let requests = 0;

/** The caller's `X-Request-Id` when it is sane enough for a log line, else a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && SAFE_ID.test(given)) return given;
  requests += 1;
  return `${PROCESS_ID}-${requests}`;
}
