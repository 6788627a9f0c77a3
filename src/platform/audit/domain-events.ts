import type { ClientInfo } from '../http/client/client-info';

/** Of an event that tells nothing besides who, on what, where and when. */
export type NoDetails = Record<string, never>;

/**
 * Every kind of event, and what it tells besides who, on what, where and when. It is recorded permanently and outlives the
 * account, so nothing personal and nothing secret belongs in it. A feature adds its own kinds by declaration merging, and
 * registers them as `auditEvents`.
 */
export interface DomainEventDetails {}

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** The kinds of events that the feature records. */
    readonly auditEvents?: readonly EventType[];
  }
}

/** The kinds of events: `user.registered`, `session.theft-detected`, ... */
export type EventType = keyof DomainEventDetails;

/** Who does something: a caller of the API, or an operator. */
export interface Actor {
  /** A user, an unauthenticated client, or an operator at the command line. */
  readonly kind: 'user' | 'anonymous' | 'operator';
  /** The id of the user. */
  readonly id: string | null;
  /** The client; null at the command line. */
  readonly client: ClientInfo | null;
}

/** An operator at the command line. */
export const OPERATOR: Actor = { kind: 'operator', id: null, client: null };

/** Something that happened, of one kind. */
export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly actor: Actor;
  /** The account it happened to; null when there is none. */
  readonly accountId: string | null;
  /** The row it happened to, besides the account. */
  readonly targetId?: string;
  /** `success` when left out. */
  readonly result?: 'success' | 'failure';
  readonly details: DomainEventDetails[T];
}

/** Something that happened and is to be recorded. */
export type NewEvent = { [T in EventType]: EventOf<T> }[EventType];

/** Something that happened, was recorded and is committed. */
export type DomainEvent<T extends EventType = EventType> = EventOf<T> & {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
};
