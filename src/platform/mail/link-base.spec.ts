import { MailConfig } from '../config/mail.config';
import { ServerConfig } from '../config/server.config';
import { OwnAddress } from '../http/own-address.service';
import { LinkBase } from './link-base.service';

const linkBase = (env: Record<string, string>) =>
  new LinkBase(new MailConfig(env), new OwnAddress(new ServerConfig(env), {}));

describe('links in messages', () => {
  it('lead to the host and port that the server listens on', () => {
    expect(linkBase({ PORT: '4200' }).url).toBe('http://localhost:4200');
    expect(linkBase({ PORT: '4200' }).isConfigured).toBe(false);
  });

  it('lead to LINK_BASE_URL where it is given', () => {
    const given = linkBase({ PORT: '4200', LINK_BASE_URL: 'https://app.example.com/me/' });
    expect([given.url, given.isConfigured]).toEqual(['https://app.example.com/me', true]);
  });
});
