import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '../http/client/client-info';
import { AppLogger } from '../logging/app-logger';

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

type Listener = (event: DomainEvent) => unknown;

/**
 * Tells the rest of the program what happened, in this process and after it was committed:
 * `events.on('user.registered', ({ accountId }) => ...)`. A listener that fails is logged and does not stop others. What
 * must not be lost when the process dies belongs in the transaction instead.
 */
@Injectable()
export class DomainEvents {
  private readonly listeners = new Map<EventType, Set<Listener>>();

  constructor(private readonly logger: AppLogger) {}

  /** Calls the listener for every event of a kind. @returns a function that ends it */
  on<T extends EventType>(type: T, listener: (event: DomainEvent<T>) => unknown): () => void {
    const isOfType = (event: DomainEvent): event is DomainEvent<T> => event.type === type;
    const guarded: Listener = (event) => (isOfType(event) ? listener(event) : undefined);
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners.add(guarded));
    return () => listeners.delete(guarded);
  }

  /** For the audit trail: what it recorded is committed. */
  emit(event: DomainEvent): void {
    for (const listener of this.listeners.get(event.type) ?? []) void this.call(listener, event);
  }

  private async call(listener: Listener, event: DomainEvent): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.logger.pino.error({ err: error, event: event.type, eventId: event.id }, 'A listener failed');
    }
  }
}
