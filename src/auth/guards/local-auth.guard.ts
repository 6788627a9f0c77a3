import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { isError } from '../../common/is-error';
import { RequestValidationPipe } from '../../common/validation/validation.pipe';
import { LoginDto } from '../dto/login.dto';
import { LoginThrottle } from '../throttling/login-throttle';

/** Lets in who sends a right username and password. The body is validated first, as guards run before pipes. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  private readonly pipe = new RequestValidationPipe();

  constructor(private readonly throttle: LoginThrottle) {
    super({ property: 'verifiedUser' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { body, ip } = context.switchToHttp().getRequest<FastifyRequest<{ Body: LoginDto }>>();
    await this.pipe.transform(body, { type: 'body', metatype: LoginDto });
    return this.throttle.attempt(body.username, ip, async () => Boolean(await super.canActivate(context)));
  }

  override handleRequest<T>(error: unknown, user: T): T {
    if (isError(error)) throw error;
    return user;
  }
}
