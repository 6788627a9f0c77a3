import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { isError } from '../../../platform/kernel/is-error';
import { assertValidBody } from '../../../platform/validation/valid-body';

/** Admits requests with a correct username and password. The body is validated first, as guards run before pipes. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  constructor() {
    super({ property: 'verifiedUser' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await assertValidBody(context);
    return Boolean(await super.canActivate(context));
  }

  override handleRequest<T>(error: unknown, user: T): T {
    if (isError(error)) throw error;
    return user;
  }
}
