import { Injectable } from '@nestjs/common';
import { AppLogger } from '../logging/app-logger.service';
import type { DomainEvent, EventType } from './domain-events';

type Listener = (event: DomainEvent) => unknown;

/**
 * Publishes committed events to listeners in this process: `events.on('user.registered', ({ accountId }) => ...)`. A
 * failing listener is logged and does not affect others. Work that must survive a crash belongs in the transaction
 * instead.
 */
@Injectable()
export class DomainEvents {
  private readonly listeners = new Map<EventType, Set<Listener>>();

  constructor(private readonly logger: AppLogger) {}

  /** Calls the listener for every event of a type. @returns a function that removes the listener */
  on<T extends EventType>(type: T, listener: (event: DomainEvent<T>) => unknown): () => void {
    const isOfType = (event: DomainEvent): event is DomainEvent<T> => event.type === type;
    const guarded: Listener = (event) => (isOfType(event) ? listener(event) : undefined);
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners.add(guarded));
    return () => listeners.delete(guarded);
  }

  /** Called by the audit trail after the commit. */
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
