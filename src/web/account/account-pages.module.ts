import { Module } from '@nestjs/common';
import { EmailsModule } from '../../accounts/emails/emails.module';
import { ProfileModule } from '../../accounts/profile/profile.module';
import { ApiTokensModule } from '../../auth/api-tokens/api-tokens.module';
import { RecoveryModule } from '../../auth/passwords/recovery/recovery.module';
import { SessionsModule } from '../../auth/sessions/sessions.module';
import { Feature } from '../../platform/features/feature.decorator';
import { ActivityPageController } from './activity-page.controller';
import { DataPageController } from './data-page.controller';
import { EmailPageController } from './email-page.controller';
import { OverviewPageController } from './overview-page.controller';
import { PasswordPageController } from './password-page.controller';
import { ProfilePageController } from './profile-page.controller';
import { SessionsPageController } from './sessions-page.controller';
import { TokensPageController } from './tokens-page.controller';

/** What people do with their own account. */
@Feature({
  name: 'account-pages',
  access: {
    'GET page /account': 'authenticated',
    'GET page /dashboard': 'authenticated',
    'GET page /account/profile': 'authenticated',
    'POST page /account/profile': 'authenticated',
    'GET page /account/password': 'authenticated, step-up',
    'POST page /account/password': 'authenticated, step-up',
    'GET page /account/email': 'authenticated, step-up',
    'POST page /account/email': 'authenticated, step-up',
    'POST page /account/email/verification': 'authenticated',
    'GET page /account/sessions': 'authenticated',
    'POST page /account/sessions/end-others': 'authenticated, step-up',
    'POST page /account/sessions/:id/end': 'authenticated, step-up',
    'GET page /account/tokens': 'authenticated',
    'POST page /account/tokens': 'authenticated, step-up',
    'GET page /account/tokens/new': 'authenticated, step-up',
    'GET page /account/tokens/:id/revoke': 'authenticated',
    'POST page /account/tokens/:id/revoke': 'authenticated, step-up',
    'GET page /account/activity': 'authenticated',
    'GET page /account/export': 'authenticated',
    'POST page /account/export': 'authenticated, step-up',
    'GET page /account/delete': 'authenticated, step-up',
    'POST page /account/delete': 'authenticated, step-up',
  },
  site: { menu: [{ label: 'Account', href: '/account', audience: 'accounts' }] },
})
@Module({
  imports: [ApiTokensModule, EmailsModule, ProfileModule, RecoveryModule, SessionsModule],
  controllers: [
    OverviewPageController,
    ProfilePageController,
    PasswordPageController,
    EmailPageController,
    SessionsPageController,
    TokensPageController,
    ActivityPageController,
    DataPageController,
  ],
})
export class AccountPagesModule {}
