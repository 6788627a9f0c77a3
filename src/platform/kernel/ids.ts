import { v7, validate } from 'uuid';

/** A new UUIDv7 (RFC 9562): increases over time, even within one millisecond of one process. */
export const newId = (): string => v7();

/** Whether the text is a UUID in lower case, the form in which ids are stored (RFC 9562, 4). */
export const isId = (text: unknown): text is string =>
  typeof text === 'string' && text === text.toLowerCase() && validate(text);
