import { UsersService } from '../src/users/users.service';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { type Actor, PASSWORD, TestApp } from './support/app';
import type { PageBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { ExternalBrowser } from './support/external-browser';
import { IdentityProvider } from './support/identity-provider';

interface Identity {
  id: string;
  provider: string;
  email: string | null;
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let idp: IdentityProvider;
  let browser: ExternalBrowser;

  beforeAll(async () => {
    idp = await IdentityProvider.start();
    app = await TestApp.start(dialect, {
      EXTERNAL_PROVIDERS: 'acme',
      EXTERNAL_ACME_ISSUER: idp.issuer,
      EXTERNAL_ACME_NAME: 'Acme Inc.',
      EXTERNAL_ACME_CLIENT_ID: 'latchkey',
      EXTERNAL_ACME_CLIENT_SECRET: 'secret',
    });
  });

  beforeEach(async () => {
    await app.empty();
    idp.reset();
    browser = new ExternalBrowser(app.origin);
  });

  afterAll(async () => {
    await app.stop();
    await idp.stop();
  });

  const identify = (sub: string, email?: string, isVerified: unknown = true) => {
    idp.claims = { sub, ...(email !== undefined && { email, email_verified: isVerified }) };
  };

  it('a new user signs in', async () => {
    identify('1', 'alice@example.com');
    const first = await browser.signIn('acme');
    expect([first.status, first.text]).toEqual([200, '']);
  });
});
