import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { RequestValidationPipe } from '../../common/validation/validation.pipe';
import { LoginDto } from '../dto/login.dto';

/** Lets in who sends a right username and password. The body is validated first, as guards run before pipes. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  private readonly pipe = new RequestValidationPipe();

  constructor() {
    super({ property: 'verifiedUser' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    await this.pipe.transform(body, { type: 'body', metatype: LoginDto });
    return Boolean(await super.canActivate(context));
  }

  override handleRequest<T>(error: unknown, user: T): T {
    if (error instanceof Error) throw error;
    return user;
  }
}
