import { Module } from '@nestjs/common';
import { EmailSignInModule } from '../../auth/email-sign-in/email-sign-in.module';
import { ExternalModule } from '../../auth/external/external.module';
import { PasskeyLoginModule } from '../../auth/passkeys/login/passkey-login.module';
import { PasskeyManagementModule } from '../../auth/passkeys/management/management.module';
import { RegistrationModule } from '../../auth/passwords/registration/registration.module';
import { SchemesModule } from '../../auth/schemes/schemes.module';
import { SecondFactorModule } from '../../auth/second-factor/second-factor.module';
import { SignInModule } from '../../auth/sign-in/sign-in.module';
import { TotpModule } from '../../auth/totp/totp.module';
import { Feature } from '../../platform/features/feature.decorator';
import { EmailPageController } from './email-page.controller';
import { EnrollPageController } from './enroll-page.controller';
import { EnrollPasskeyPageController } from './enroll-passkey-page.controller';
import { LoginPageController } from './login-page.controller';
import { LoginQuestionsPageController } from './login-questions-page.controller';
import { RegisterPageController } from './register-page.controller';
import { SecondFactorPageController } from './second-factor-page.controller';
import { SiteSignIn } from './site-sign-in.service';

/** Registering, logging in and out in a browser. */
@Feature({
  name: 'sign-in-pages',
  access: {
    'GET page /login': 'public',
    'POST page /login': 'public',
    'POST page /login/passkey': 'public',
    'POST page /login/passkey/options': 'public',
    'GET page /login/second-factor': 'public',
    'POST page /login/second-factor': 'public',
    'POST page /login/second-factor/options': 'public',
    'POST page /login/second-factor/lost': 'public',
    'GET page /login/enroll': 'public',
    'POST page /login/enroll': 'public',
    'POST page /login/enroll/passkey': 'public',
    'POST page /login/enroll/passkey/options': 'public',
    'GET page /login/enroll/:id': 'public',
    'POST page /login/enroll/:id': 'public',
    'GET page /login/email': 'public',
    'POST page /login/email': 'public',
    'GET page /login/email/code': 'public',
    'POST page /login/email/code': 'public',
    'POST page /login/email/link': 'public',
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
  imports: [
    ...[EmailSignInModule, ExternalModule, PasskeyLoginModule, PasskeyManagementModule, RegistrationModule],
    ...[SchemesModule, SecondFactorModule, SignInModule, TotpModule],
  ],
  controllers: [
    LoginPageController,
    LoginQuestionsPageController,
    RegisterPageController,
    SecondFactorPageController,
    EnrollPageController,
    EnrollPasskeyPageController,
    EmailPageController,
  ],
  providers: [SiteSignIn],
  exports: [SiteSignIn],
})
export class SignInPagesModule {}
