// The published types of passport-jwt lack KeyObject keys, which the library accepts and which are faster.
declare module 'passport-jwt' {
  import type { KeyObject } from 'node:crypto';
  import type { Strategy as PassportStrategy } from 'passport';

  /** Finds the token in a request. */
  export type JwtFromRequest = (request: { headers: Record<string, string | string[] | undefined> }) => string | null;

  export interface StrategyOptions {
    jwtFromRequest: JwtFromRequest;
    secretOrKeyProvider: (request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => void;
    algorithms: readonly string[];
    issuer: string;
    audience: string;
    ignoreExpiration: boolean;
    passReqToCallback: boolean;
  }

  export class Strategy extends PassportStrategy {
    constructor(options: StrategyOptions, verify: (...args: unknown[]) => void);
    name: string;
    authenticate(request: unknown): void;
  }

  export const ExtractJwt: { fromAuthHeaderAsBearerToken(): JwtFromRequest };
}
