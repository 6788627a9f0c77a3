import type { ClientInfo } from '../http/client/client-info';

/** For events without details. */
export type NoDetails = Record<string, never>;

/**
 * The types of events and their details. Details are permanent and outlive the account, so they must not contain
 * personal data or secrets. A feature adds its own types by declaration merging and registers them as `auditEvents`.
 */
export interface DomainEventDetails {}

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** The types of events that the feature records. */
    readonly auditEvents?: readonly EventType[];
  }
}

/** The types of events: `user.registered`, `session.theft-detected`, ... ... */
export type EventType = keyof DomainEventDetails;

/** The originator of an event: a caller of the API, or an operator. */
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

/** An event of one type. */
export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly actor: Actor;
  /** The affected account; null when there is none. */
  readonly accountId: string | null;
  /** The affected row other than the account. */
  readonly targetId?: string;
  /** `success` when left out. */
  readonly result?: 'success' | 'failure';
  readonly details: DomainEventDetails[T];
}

/** An event to be recorded. */
export type NewEvent = { [T in EventType]: EventOf<T> }[EventType];

/** An event that was recorded and committed. */
export type DomainEvent<T extends EventType = EventType> = EventOf<T> & {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
};
