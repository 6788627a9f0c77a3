import { Module } from '@nestjs/common';
import { RegistrationModule } from '../../auth/passwords/registration/registration.module';
import { SignInModule } from '../../auth/sign-in/sign-in.module';
import { Feature } from '../../platform/features/feature.decorator';
import { LoginPageController } from './login-page.controller';
import { RegisterPageController } from './register-page.controller';

/** Registering, logging in and out in a browser. */
@Feature({
  name: 'sign-in-pages',
  access: {
    'GET page /login': 'public',
    'POST page /login': 'public',
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
@Module({ imports: [SignInModule, RegistrationModule], controllers: [LoginPageController, RegisterPageController] })
export class SignInPagesModule {}
