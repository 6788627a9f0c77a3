import { Injectable } from '@nestjs/common';
import { AppLogger } from '../logging/app-logger.service';
import type { DomainEvent, EventType } from './domain-events';

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
