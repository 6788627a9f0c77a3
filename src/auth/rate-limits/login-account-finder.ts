import type { FastifyRequest } from 'fastify';
import type { User } from '../../users/user.entity';

/** Finds whom a login name stands for. Provided by the room that checks the login, which needs the same account a moment later. */
export abstract class LoginAccountFinder {
  /** @param name username or address, known or not; both cost the same */
  abstract find(name: string, request: FastifyRequest): Promise<User | null>;
}
