import type { FastifyRequest } from 'fastify';

/** Whether the visitor needs no login: has a session, and in the browser that began it. */
export const isSignedIn = ({ user, isOtherBrowser }: FastifyRequest): boolean =>
  user !== undefined && isOtherBrowser !== true;
