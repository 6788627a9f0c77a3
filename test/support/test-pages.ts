import { Get, HttpCode, Post } from '@nestjs/common';
import { Authenticated } from '../../src/platform/access/authenticated.decorator';
import { PageController } from '../../src/web/pages/page-controller.decorator';
import { Redirect, View } from '../../src/web/rendering/page-answer';
import { Sensitive } from '../../src/web/sessions/session-cookie.scheme';

/** Pages of a team that adds some. */
@PageController('test')
export class TestPagesController {
  @Authenticated()
  @Get('private')
  show(): View {
    return new View('home', { docs: '' });
  }

  @Authenticated()
  @Sensitive()
  @Get('sensitive')
  showSensitive(): View {
    return new View('home', { docs: '' });
  }

  @Authenticated()
  @Post('private')
  @HttpCode(200)
  save(): Redirect {
    return new Redirect('/test/private', { category: 'success', text: 'It is saved.' });
  }
}
