import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SAFE_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Identifies this process; followed by a number, it identifies a request at less cost than a UUID. */
const PROCESS_ID = randomBytes(8).toString('hex');
let requests = 0;

/** The client's `X-Request-Id` if it is safe to log, otherwise a new id. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && SAFE_ID.test(given)) return given;
  requests += 1;
  return `${PROCESS_ID}-${requests}`;
}
