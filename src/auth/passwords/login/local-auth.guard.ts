import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { isError } from '../../../platform/kernel/is-error';
import { assertValidBody } from '../../../platform/validation/valid-body';
import { invalidCredentials } from './credentials.service';
import type { LoginDto } from './dto/login.dto';

/** Lets in who sends a right username and password. The body is validated first, as guards run before pipes. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  constructor() {
    super({ property: 'verifiedUser' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Body: LoginDto }>>();
    await assertValidBody(context);
    const isRight = Boolean(await super.canActivate(context));
    assertCounted(request);
    return isRight;
  }

  override handleRequest<T>(error: unknown, user: T): T {
    if (isError(error)) throw error;
    return user;
  }
}

/** A username that changed hands since the attempt was counted was counted for another account: that is no way to guess. */
function assertCounted({ limitedAccount, verifiedUser, body }: FastifyRequest<{ Body: LoginDto }>): void {
  const isOther = limitedAccount !== undefined && limitedAccount !== verifiedUser?.user.id;
  if (isOther && !body.username.includes('@')) throw invalidCredentials();
}
