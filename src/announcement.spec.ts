import { storesOf } from './announcement';
import { DatabaseConfig } from './platform/config/database.config';
import { MailConfig } from './platform/config/mail.config';

const stores = (env: Record<string, string>) =>
  storesOf(new DatabaseConfig({ DATA_DIR: '/srv/data', ...env }), new MailConfig(env));

describe('the startup line', () => {
  it.each([
    ['', '/srv/data/latchkey.sqlite'],
    ['sqlite:////srv/other.sqlite', '/srv/other.sqlite'],
    ['postgres://latchkey:secret@db.internal:5433/live?password=secret', 'PostgreSQL db.internal:5433/live'],
    ['postgresql:///live?host=/run/postgresql', 'PostgreSQL /live'],
    ['postgres://latchkey:se#cret@db.internal/live', 'PostgreSQL '],
  ])('with DATABASE_URL=%s, shows %s without credentials', (DATABASE_URL, data) => {
    expect(stores({ DATABASE_URL }).data).toBe(data);
  });

  it.each([
    ['', '/srv/data/mail'],
    ['smtps://latchkey:secret@smtp.example.com:465', 'SMTP smtp.example.com'],
    ['smtp://latchkey:1#secret@smtp.example.com', 'SMTP latchkey'],
  ])('with SMTP_URL=%s, shows %s without credentials', (SMTP_URL, mail) => {
    expect(stores({ SMTP_URL }).mail).toBe(mail);
  });
});
