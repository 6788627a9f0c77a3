import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../platform/database/database.service';
import { DomainError, noSuch } from '../../platform/problems/domain-error';
import { parseId } from '../../platform/validation/id.pipe';
import { type AccessAction, type AccessRule, ACTION } from './access-rule';
import { type NestedRow, type Row, ROW_ACCESS, type RowAccess } from './row-access';

declare module 'fastify' {
  interface FastifyRequest {
    /** The rows in the path, by parameter. Set by RowAccessGuard. */
    rows?: Readonly<Record<string, Row>>;
  }
}

const ACTIONS: Readonly<Record<string, AccessAction>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'create',
  DELETE: 'delete',
};

/**
 * The action of a method on the row of `:id`. @param isInner whether the path has a nested row, which is a part of it
 */
function actionOf(method: string, isInner: boolean): AccessAction {
  const action = ACTIONS[method] ?? 'update';
  return isInner && action !== 'read' ? 'update' : action;
}

/**
 * Loads the row of `:id` and asks its rule, then loads the nested rows, with one query each. Applied by `@Owned()` and
 * `@AllowedBy()`.
 */
@Injectable()
export class RowAccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly modules: ModuleRef,
  ) {}

  /** @throws DomainError `validation_failed` for a malformed id, `not_found`, `forbidden` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string> }>>();
    const { params, user } = request;
    // Runs twice if both the handler and its class apply it.
    if (request.rows) return true;
    const targets = [context.getHandler(), context.getClass()];
    const { Rule, Entity, nested } = this.reflector.getAllAndOverride<RowAccess>(ROW_ACCESS, targets);
    const inner = Object.entries(nested).filter(([parameter]) => params[parameter] !== undefined);
    if (params['id'] === undefined) {
      if (inner.length > 0) throw new TypeError('A path with a nested row needs :id for the outer row');
      return true;
    }
    if (!user) throw new DomainError('unauthenticated', 'Send an access token as Authorization: Bearer.');
    const ids = inner.map(([parameter]) => parseId(params[parameter], parameter));
    const row = await this.database.findById(Entity, parseId(params['id']));
    if (!row) throw noSuch(Entity.name);
    const rule: AccessRule<Row> = this.modules.get(Rule, { strict: false });
    const named = this.reflector.get<AccessAction | undefined>(ACTION, context.getHandler());
    if (!(await rule.may(user, row, named ?? actionOf(request.method, inner.length > 0)))) {
      throw new DomainError('forbidden', rule.refusal ?? 'You may not do this.');
    }
    const rows: Record<string, Row> = { id: row };
    let outer = row;
    for (const [index, [parameter, step]] of inner.entries()) {
      outer = await this.rowWithin(outer, step, ids[index] ?? '');
      rows[parameter] = outer;
    }
    request.rows = rows;
    return true;
  }

  private async rowWithin(outer: Row, { Entity, parent }: NestedRow, id: string): Promise<Row> {
    const row = await this.database.findById(Entity, id);
    if (!row || Reflect.get(row, parent) !== outer.id) throw noSuch(Entity.name);
    return row;
  }
}
