import { Injectable, type Type, UnauthorizedException } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { InjectRepository } from '@nestjs/typeorm';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Repository } from 'typeorm';
import { User } from './entities';

/** The user that the strategy sets on the request. */
export interface AuthenticatedRequest {
  user: User;
}

/** The guard that tutorials put on a controller. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {}

/** The strategy of Nest's own documentation, which also loads the user, as most tutorials do. */
@Injectable()
export class JwtStrategy extends PassportStrategy<Type<Strategy>, User>(Strategy) {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      ignoreExpiration: false,
      // A string, as usual.
      secretOrKey: process.env['SECRET'],
    });
  }

  async validate(payload: { sub: string }): Promise<User> {
    const user = await this.users.findOneBy({ id: payload.sub });
    if (!user) throw new UnauthorizedException();
    return user;
  }
}
