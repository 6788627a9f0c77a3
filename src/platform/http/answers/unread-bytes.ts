/** Shorter responses are not counted: a connection costs as much by itself. */
const LIGHT = 16_384;

/** What a stream buffers between its source and the socket. */
const STREAM_BYTES = 131_072;

/** Bytes of memory that a response takes until its client has read it; 0 for small ones. */
export function unreadBytes(payload: unknown): number {
  if (typeof payload === 'string') return payload.length < LIGHT ? 0 : Buffer.byteLength(payload);
  if (Buffer.isBuffer(payload)) return payload.length < LIGHT ? 0 : payload.length;
  return typeof payload === 'object' && payload !== null ? STREAM_BYTES : 0;
}
