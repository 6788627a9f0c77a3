import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module';
import { CookiesModule } from '../cookies/cookies.module';
import { PageRenderer } from './page-renderer.service';
import { Templates } from './templates.service';

/** From what a handler returns to HTML. */
@Module({
  imports: [AssetsModule, CookiesModule],
  providers: [PageRenderer, Templates],
  exports: [PageRenderer, Templates],
})
export class RenderingModule {}
