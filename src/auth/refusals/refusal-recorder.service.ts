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
 * Records refusals, of which a client can cause any number. Only the first of a burst is recorded, by client network
 * and account; each instance has its own bursts. Recording does not delay the response, whose time must not reveal it.
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

  /** Records a refused request if it is the first of its burst. */
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

  /** Waits for pending records. */
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

/** The audit event for a refusal; null if it is not audited, or already recorded. */
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
    case 'invalid_passkey':
      return { ...about, type: 'passkey.refused', details: {} };
    case 'invalid_one_time_token':
      return { ...about, type: 'link.refused', details: {} };
    case 'invalid_email_code':
      return { ...about, type: 'email-sign-in.refused', details: {} };
    case 'invalid_external_sign_in':
    case 'invalid_external_code':
      return { ...about, type: 'external.refused', details: { provider: 'unknown', reason: problem.code } };
    default:
      return null;
  }
}

/**
 * Records every refusal before its response is sent, whether it comes from the handler, a guard or the exception
 * filter.
 */
export function recordRefusals(fastify: FastifyInstance, refusals: RefusalRecorder): void {
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.problem) refusals.note(request);
    done();
  });
}
