import type { FastifyRequest } from 'fastify';
import type { User } from '../../users/user.entity';

/**
 * Finds the account of a login name. Provided by the room that checks logins, which needs the same account later in the
 * request.
 */
export abstract class LoginAccountFinder {
  /** @param name username or address; known and unknown ones take the same time */
  abstract find(name: string, request: FastifyRequest): Promise<User | null>;
}
