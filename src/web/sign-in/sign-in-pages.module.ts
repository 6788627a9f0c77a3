import { Module } from '@nestjs/common';
import { RegistrationModule } from '../../auth/passwords/registration/registration.module';
import { SchemesModule } from '../../auth/schemes/schemes.module';
import { SecondFactorModule } from '../../auth/second-factor/second-factor.module';
import { SignInModule } from '../../auth/sign-in/sign-in.module';
import { TotpModule } from '../../auth/totp/totp.module';
import { Feature } from '../../platform/features/feature.decorator';
import { EnrollPageController } from './enroll-page.controller';
import { LoginPageController } from './login-page.controller';
import { RegisterPageController } from './register-page.controller';
import { SecondFactorPageController } from './second-factor-page.controller';
import { SiteSignIn } from './site-sign-in.service';

/** Registering, logging in and out in a browser. */
@Feature({
  name: 'sign-in-pages',
  access: {
    'GET page /login': 'public',
    'POST page /login': 'public',
    'GET page /login/second-factor': 'public',
    'POST page /login/second-factor': 'public',
    'GET page /login/enroll': 'public',
    'POST page /login/enroll': 'public',
    'GET page /login/enroll/:id': 'public',
    'POST page /login/enroll/:id': 'public',
    'POST page /logout': 'public',
    'GET page /register': 'public',
    'POST page /register': 'public',
  },
  site: {
    menu: [
      { label: 'Log in', href: '/login', audience: 'visitors' },
      { label: 'Register', href: '/register', audience: 'visitors' },
    ],
  },
})
@Module({
  imports: [RegistrationModule, SchemesModule, SecondFactorModule, SignInModule, TotpModule],
  controllers: [LoginPageController, RegisterPageController, SecondFactorPageController, EnrollPageController],
  providers: [SiteSignIn],
})
export class SignInPagesModule {}
