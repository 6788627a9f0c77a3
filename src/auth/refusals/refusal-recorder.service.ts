import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import type { NewEvent } from '../../platform/audit/domain-events';
import { networkOf } from '../../platform/http/client/network';
import { Clock } from '../../platform/kernel/clock.service';
import { AppLogger } from '../../platform/logging/app-logger.service';
import { callerOf } from '../../users/caller';
import { BurstDetector } from './bursts';

/**
 * Records refusals, of which a client can cause any number. The first of a burst is recorded, by client network and account; each
 * instance has bursts of its own. That happens beside the answer, whose time must not tell of it.
 */
@Injectable()
export class RefusalRecorder implements BeforeApplicationShutdown {
  private readonly bursts = new BurstDetector();
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly audit: AuditWriter,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
  ) {}

  /** Records a refused request when it is the first of its burst. */
  note(request: FastifyRequest): void {
    const event = eventOf(request);
    if (!event) return;
    const network = networkOf(event.actor.client?.ipAddress ?? '');
    const kind = JSON.stringify([event.type, event.accountId, event.details]);
    if (!this.bursts.begins(network, kind, this.clock.now())) return;
    const written = this.write(event);
    this.writing.add(written);
    void written.then(() => this.writing.delete(written));
  }

  /** Waits until everything that was noted is recorded. */
  async settled(): Promise<void> {
    await Promise.all(this.writing);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.settled();
  }

  private async write(event: NewEvent): Promise<void> {
    try {
      await this.audit.recordAlone(event);
    } catch (error) {
      this.logger.pino.warn({ err: error, event: event.type }, 'A refusal could not be recorded');
    }
  }
}

/** What the audit trail is told of a refusal; null for one that it is not told of, or was told of already. */
function eventOf(request: FastifyRequest): NewEvent | null {
  const { problem, limitedAccount, exceededLimit: limit } = request;
  if (!problem || problem.isRecorded) return null;
  const actor = callerOf(request);
  const about = { actor, result: 'failure', accountId: problem.accountId ?? null } as const;
  switch (problem.code) {
    case 'rate_limited':
      if (limit === undefined) return null;
      return { ...about, type: 'rate-limit.exceeded', accountId: limitedAccount ?? null, details: { limit } };
    case 'invalid_refresh_token':
      return { ...about, type: 'session.refresh-refused', details: {} };
    case 'invalid_one_time_token':
      return { ...about, type: 'link.refused', details: {} };
    default:
      return null;
  }
}

/** Notes every refusal before its answer leaves, wherever it was made: the handler, a guard or the exception filter. */
export function recordRefusals(fastify: FastifyInstance, refusals: RefusalRecorder): void {
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.problem) refusals.note(request);
    done();
  });
}
