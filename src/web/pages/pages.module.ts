import { Global, Module } from '@nestjs/common';
import { FormsModule } from '../forms/forms.module';
import { RenderingModule } from '../rendering/rendering.module';
import { CookieSessionsModule } from '../sessions/cookie-sessions.module';
import { PageInterceptor } from './page.interceptor';
import { ProblemPages } from './problem-pages.service';

const rooms = [CookieSessionsModule, FormsModule, RenderingModule];

/** What every controller of pages needs. Global, so that a module with pages needs nothing but its `@PageController()`. */
@Global()
@Module({
  imports: rooms,
  providers: [PageInterceptor, ProblemPages],
  exports: [...rooms, PageInterceptor, ProblemPages],
})
export class PagesModule {}
