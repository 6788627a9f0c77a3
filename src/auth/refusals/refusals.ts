import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AuditTrail } from '../../audit/audit-trail';
import { anonymous, type NewEvent, user as userActor } from '../../audit/domain-events';
import { Clock } from '../../common/clock';
import { AppLogger } from '../../http/app-logger';
import { networkOf } from '../../http/network';
import { originOf } from '../../http/origin';
import { Bursts } from './bursts';

/**
 * Refusals that anybody can cause any number of. The first of a burst is recorded, by client network and account; each
 * instance has bursts of its own. That happens beside the answer, whose time must not tell of it.
 */
@Injectable()
export class Refusals implements BeforeApplicationShutdown {
  private readonly bursts = new Bursts();
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
  ) {}

  /** Records a refused request when it is the first of its burst. */
  note(request: FastifyRequest): void {
    const event = eventOf(request);
    if (!event) return;
    const network = networkOf(event.actor.origin?.ipAddress ?? '');
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
  const { problem, user, limitedAccount, exceededLimit: limit } = request;
  if (!problem || problem.isRecorded) return null;
  const origin = originOf(request);
  const actor = user ? userActor(user.id, origin) : anonymous(origin);
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

/** Notes every refusal before its answer leaves, whoever answered: the handler, a guard or the exception filter. */
export function noteRefusals(fastify: FastifyInstance, refusals: Refusals): void {
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (request.problem) refusals.note(request);
    done();
  });
}
