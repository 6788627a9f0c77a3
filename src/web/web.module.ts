import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Feature } from '../platform/features/feature.decorator';
import { using } from '../platform/features/provider-call';
import { AccountPagesModule } from './account/account-pages.module';
import { AdministrationPagesModule } from './administration/administration-pages.module';
import { AssetsModule } from './assets/assets.module';
import { ExternalPagesModule } from './external/external-pages.module';
import { HomeModule } from './home/home.module';
import { NotesPagesModule } from './notes/notes-pages.module';
import { PagesModule } from './pages/pages.module';
import { RecoveryPagesModule } from './recovery/recovery-pages.module';
import { SecurityPagesModule } from './security/security-pages.module';
import { SignInPagesModule } from './sign-in/sign-in-pages.module';
import { WebSetup } from './web-setup.service';

/** The site: server-rendered pages on the same services as the API. Without this module and its folder, the API still works. */
@Feature({
  name: 'site',
  access: { 'GET page /assets/:version/:name': 'public' },
  http: using(WebSetup, (setup, fastify) => setup.addTo(fastify)),
  site: { templates: join(__dirname, 'templates') },
})
@Module({
  imports: [
    PagesModule,
    AssetsModule,
    HomeModule,
    SignInPagesModule,
    ExternalPagesModule,
    RecoveryPagesModule,
    NotesPagesModule,
    AccountPagesModule,
    SecurityPagesModule,
    AdministrationPagesModule,
  ],
  providers: [WebSetup],
})
export class WebModule {}
