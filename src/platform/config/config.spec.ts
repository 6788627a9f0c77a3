import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthConfig, authVariables } from './auth.config';
import { DatabaseConfig, databaseVariables } from './database.config';
import { Keyring } from './keyring';
import { MailConfig, mailVariables } from './mail.config';
import { QuotaConfig, quotaVariables } from './quota.config';
import { ResponseConfig, responseVariables } from './response.config';
import { ServerConfig, serverVariables } from './server.config';
import { ExternalConfig, externalVariables } from './sign-in/external.config';
import { SignInConfig, signInVariables } from './sign-in/sign-in.config';
import { WebAuthnConfig, webAuthnVariables } from './sign-in/webauthn.config';
import { SiteConfig, siteVariables } from './site.config';
import { ConfigError, type Environment } from './variables/environment';
import { SecretFile } from './variables/secret-file';

const load = (env: Environment) => [
  new ServerConfig(env),
  new ResponseConfig(env),
  new DatabaseConfig(env),
  new AuthConfig(env),
  new MailConfig(env),
  new QuotaConfig(env),
  new SignInConfig(env),
  new SiteConfig(env),
  new WebAuthnConfig(env),
  new ExternalConfig(env),
];
const variables = {
  ...serverVariables,
  ...responseVariables,
  ...databaseVariables,
  ...authVariables,
  ...mailVariables,
  ...quotaVariables,
  ...signInVariables,
  ...siteVariables,
  ...webAuthnVariables,
  ...externalVariables,
};
/** What the providers of the example need. */
const CLIENTS = Object.fromEntries(
  ['GOOGLE', 'GITHUB'].flatMap((name) => ['ID', 'SECRET'].map((part) => [`EXTERNAL_${name}_CLIENT_${part}`, 'x'])),
);
const SECRET = 'a secret of at least thirty-two bytes';

describe('the configuration', () => {
  it('needs nothing outside production', () => {
    expect(() => load({})).not.toThrow();
  });

  it('needs the secret in production', () => {
    expect(() => load({ NODE_ENV: 'production' })).toThrow(/^APP_SECRET: is required in production \(example: /);
    expect(() => load({ NODE_ENV: 'production', APP_SECRET: SECRET })).not.toThrow();
  });

  it('takes an empty value as not given', () => {
    expect(() => load(Object.fromEntries(Object.keys(variables).map((name) => [name, ''])))).not.toThrow();
  });

  it.each([
    ['NODE_ENV', 'prod'],
    ['HOST', 'not a host'],
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['CORS_ORIGINS', 'https://app.example.com/'],
    ['CORS_ORIGINS', '*'],
    ['SWAGGER_UI', 'yes'],
    ['RATE_LIMITS', 'true'],
    ['LOG_LEVEL', 'loud'],
    ['RESPONSE_PAGE_BYTES', '1000'],
    ['RESPONSE_READ_SECONDS', '0'],
    ['DATABASE_URL', 'mysql://localhost/db'],
    ['DATABASE_URL', 'latchkey.sqlite'],
    ['DATABASE_POOL_SIZE', '0'],
    ['MIGRATE_ON_START', '1'],
    ['APP_SECRET', 'too short'],
    ['APP_SECRET', `${SECRET},too short`],
    ['PASSWORD_PEPPER', 'too short'],
    ['PASSWORD_HASH_COST', '9'],
    ['PASSWORD_HASH_COST', '16'],
    ['PASSWORD_HASH_CONCURRENCY', '65'],
    ['HASH_IMPORT', 'bcrypt,md5'],
    ['HASH_IMPORT', 'none,bcrypt'],
    ['BREACHED_PASSWORDS', 'on'],
    ['BREACHED_PASSWORDS_URL', 'api.pwnedpasswords.com'],
    ['BREACHED_PASSWORDS_URL', 'https://name:password@pwned.example.com'],
    ['BREACHED_PASSWORDS_URL', 'https://pwned.example.com/?key=1'],
    ['ACCESS_TOKEN_ALGORITHM', 'EdDSA'],
    ['ACCESS_TOKEN_ALGORITHM', 'none'],
    ['ACCESS_TOKEN_TTL', '3601'],
    ['SESSION_REMEMBER_TTL', '2592001'],
    ['SMTP_URL', 'smtp.example.com'],
    ['MAIL_FROM', 'nobody'],
    ['LINK_BASE_URL', 'app.example.com'],
    ['WEBAUTHN_RP_ID', 'https://example.com'],
    ['WEBAUTHN_RP_ID', 'Example.com'],
    ['WEBAUTHN_ORIGINS', 'app.example.com'],
    ['WEBAUTHN_ORIGINS', 'https://app.example.com/'],
    ['WEBAUTHN_ORIGINS', 'http://app.example.com'],
    ['WEBAUTHN_ORIGINS', 'https://app.example.com,https://example.com'],
    ['EXTERNAL_PROVIDERS', 'Google'],
    ['EXTERNAL_REDIRECT_ORIGINS', 'https://app.example.com/in'],
    ['EXTERNAL_BASE_URL', 'https://api.example.com/api'],
  ])(
    'refuses %s=%s in one line that names the variable and an example, and keeps the value to itself',
    (name, value) => {
      const attempt = () => load({ [name]: value });
      expect(attempt).toThrow(ConfigError);
      try {
        attempt();
      } catch (error) {
        const { message } = error as ConfigError;
        expect(message).toMatch(new RegExp(`^${name}: must be [^\\n]+ \\(example: ${name}=[^\\n]+\\)$`));
        if (name === 'APP_SECRET' || name === 'PASSWORD_PEPPER') expect(message).not.toContain(value);
      }
    },
  );

  it('allows a cheap hash in tests alone', () => {
    expect(() => load({ NODE_ENV: 'test', PASSWORD_HASH_COST: '4' })).not.toThrow();
    expect(() => load({ NODE_ENV: 'development', PASSWORD_HASH_COST: '4' })).toThrow(ConfigError);
  });

  it.each([
    ['', ['werkzeug', 'django', 'bcrypt', 'argon2']],
    ['none', []],
    ['bcrypt, django', ['bcrypt', 'django']],
  ])('HASH_IMPORT=%s takes over the hashes of %j', (words, schemes) => {
    expect(new AuthConfig({ HASH_IMPORT: words }).hashImport).toEqual(schemes);
  });

  it.each([
    [{}, null],
    [{ BREACHED_PASSWORDS_FILE: '/pwned.txt' }, null],
    [{ BREACHED_PASSWORDS: 'file', BREACHED_PASSWORDS_FILE: '/pwned.txt' }, { file: '/pwned.txt' }],
    [{ BREACHED_PASSWORDS: 'range' }, { url: 'https://api.pwnedpasswords.com' }],
    [{ BREACHED_PASSWORDS: 'range', BREACHED_PASSWORDS_URL: 'http://mirror/pwned/' }, { url: 'http://mirror/pwned' }],
  ])('%j takes leaked passwords from %j', (env, source) => {
    expect(new SignInConfig(env).breachedPasswords).toEqual(source);
  });

  it('BREACHED_PASSWORDS=file needs to know which', () => {
    expect(() => load({ BREACHED_PASSWORDS: 'file' })).toThrow(
      /^BREACHED_PASSWORDS_FILE: is required by BREACHED_PASSWORDS=file \(example: BREACHED_PASSWORDS_FILE=\/[^\n]+\)$/,
    );
  });

  it.each([
    ['', join(process.cwd(), 'data/latchkey.sqlite')],
    ['sqlite:///relative.sqlite', join(process.cwd(), 'relative.sqlite')],
    ['sqlite:////var/lib/latchkey.sqlite', '/var/lib/latchkey.sqlite'],
  ])('DATABASE_URL=%s is the SQLite file %s', (url, file) => {
    expect(new DatabaseConfig({ DATABASE_URL: url }).sqliteFile).toBe(file);
  });

  it('takes origins below the domain of passkeys, and http on localhost alone', () => {
    const config = new WebAuthnConfig({
      WEBAUTHN_RP_ID: 'example.com',
      WEBAUTHN_ORIGINS: 'https://example.com,https://app.example.com:8443',
    });
    expect(config.origins).toEqual(['https://example.com', 'https://app.example.com:8443']);
    expect(new WebAuthnConfig({ WEBAUTHN_ORIGINS: 'http://localhost:5173' }).origins).toHaveLength(1);
    for (const origin of ['https://notexample.com', 'https://example.com.evil.example', 'https://example.org']) {
      const env = { WEBAUTHN_RP_ID: 'example.com', WEBAUTHN_ORIGINS: origin };
      expect(() => new WebAuthnConfig(env)).toThrow(/^WEBAUTHN_ORIGINS: must be https on example\.com/);
    }
  });

  it('every example is a value that is taken', () => {
    for (const [name, { example = '' }] of Object.entries(variables)) {
      expect(() => load({ APP_SECRET: SECRET, ...CLIENTS, [name]: example })).not.toThrow();
    }
  });
});

describe('the providers', () => {
  const TENANTS = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-000000000000'];
  const client = (name: string, more: object = {}) => ({
    EXTERNAL_PROVIDERS: name.toLowerCase(),
    [`EXTERNAL_${name}_CLIENT_ID`]: 'client',
    [`EXTERNAL_${name}_CLIENT_SECRET`]: 'secret',
    ...more,
  });

  it('are none unless they are named', () => {
    expect(new ExternalConfig({ EXTERNAL_GOOGLE_CLIENT_ID: 'client' }).providers).toEqual([]);
  });

  it.each([
    ['google', client('GOOGLE'), 'https://accounts.google.com'],
    ['github', client('GITHUB'), 'https://github.com'],
    [
      'microsoft',
      client('MICROSOFT', { EXTERNAL_MICROSOFT_TENANTS: TENANTS[0] }),
      `https://login.microsoftonline.com/${TENANTS[0]}/v2.0`,
    ],
    [
      'microsoft',
      client('MICROSOFT', { EXTERNAL_MICROSOFT_TENANTS: TENANTS.join(', ') }),
      'https://login.microsoftonline.com/organizations/v2.0',
    ],
    ['acme', client('ACME', { EXTERNAL_ACME_ISSUER: 'https://id.acme.example/x' }), 'https://id.acme.example/x'],
    ['acme', client('ACME', { EXTERNAL_ACME_ISSUER: 'http://localhost:8080' }), 'http://localhost:8080'],
  ])('%s has its issuer', (id, env, issuer) => {
    expect(new ExternalConfig(env).providers).toMatchObject([{ id, issuer, clientId: 'client' }]);
  });

  it.each([
    ['EXTERNAL_GOOGLE_CLIENT_ID', { EXTERNAL_PROVIDERS: 'google' }],
    ['EXTERNAL_GOOGLE_CLIENT_SECRET', client('GOOGLE', { EXTERNAL_GOOGLE_CLIENT_SECRET: '' })],
    ['EXTERNAL_ACME_ISSUER', client('ACME')],
    ['EXTERNAL_ACME_ISSUER', client('ACME', { EXTERNAL_ACME_ISSUER: 'http://id.acme.example' })],
    ['EXTERNAL_ACME_ISSUER', client('ACME', { EXTERNAL_ACME_ISSUER: 'https://user:word@id.acme.example' })],
    ['EXTERNAL_ACME_ISSUER', client('ACME', { EXTERNAL_ACME_ISSUER: 'https://id.acme.example?x' })],
    ['EXTERNAL_ACME_ISSUER', client('ACME', { EXTERNAL_ACME_ISSUER: 'id.acme.example' })],
    ['EXTERNAL_ACME_ISSUER', client('ACME', { EXTERNAL_ACME_ISSUER: 'http://localhost:8080', NODE_ENV: 'production' })],
    ['EXTERNAL_MICROSOFT_TENANTS', client('MICROSOFT')],
    ['EXTERNAL_MICROSOFT_TENANTS', client('MICROSOFT', { EXTERNAL_MICROSOFT_TENANTS: 'common' })],
  ])('fail the start without a good %s, which the error names with an example', (name, env) => {
    expect(() => new ExternalConfig(env)).toThrow(new RegExp(`^${name}: .*\\(example: ${name}=.+\\)$`));
  });
});

describe('.env.example', () => {
  const file = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');

  it('lists every variable with its meaning and default, and no other', () => {
    const described = Object.entries(variables).map(([name, { desc, example, default: value }]) => {
      const fallback = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
      // A default that depends on the machine is told in words only.
      const shown = name === 'PASSWORD_HASH_CONCURRENCY' ? '' : fallback;
      return `# ${desc}\n# Example: ${name}=${example}\n#${name}=${shown}\n`;
    });
    expect(file.split('\n\n').slice(1).join('\n\n').trimEnd()).toBe(described.join('\n').trimEnd());
  });
});

describe('the README', () => {
  const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8').replaceAll(/ +/g, ' ');

  it('has a row for every variable with its default and meaning', () => {
    for (const [name, { desc = '', default: value }] of Object.entries(variables)) {
      const words = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
      const shown = name === 'PASSWORD_HASH_CONCURRENCY' || words === '' ? ' ' : ` \`${words}\` `;
      expect(readme).toContain(`| \`${name}\` |${shown}| ${desc} |`);
    }
  });
});

describe('the generated secret', () => {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-secret-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('has 384 random bits, is kept for its owner alone, and is the same after a restart', () => {
    const [secret, ...others] = new SecretFile(dir).read();
    expect(secret).toMatch(/^[\w-]{64}$/);
    expect(others).toEqual([]);
    expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600);
    expect(new SecretFile(dir).read()).toEqual([secret]);
  });

  it('can be several, which replace the one at once and are for their owner alone too', () => {
    const secrets = ['a'.repeat(64), 'b'.repeat(64)] as const;
    new SecretFile(dir).write(secrets);
    expect(new SecretFile(dir).read()).toEqual(secrets);
    expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['secret']);
  });

  it.each(['', 'short', `${'a'.repeat(64)}\nshort`])('is never weak: a file with %j stops the start', (content) => {
    writeFileSync(join(dir, 'secret'), content);
    expect(() => new SecretFile(dir).read()).toThrow(ConfigError);
  });
});

describe('the keyring', () => {
  it('has a key of 256 bits for each purpose, none of them valid for another', () => {
    const keyring = new Keyring([SECRET]);
    const [a, b] = [keyring.signing('one'), keyring.signing('two')];
    expect(a.key.symmetricKeySize).toBe(32);
    expect(a.key.equals(b.key)).toBe(false);
    expect(a.id).not.toBe(b.id);
  });

  it('signs with the first secret and verifies with all', () => {
    const [first, second] = new Keyring([SECRET, `${SECRET} too`]).all('purpose');
    expect(first.id).toBe(new Keyring([SECRET]).signing('purpose').id);
    expect(second?.id).toBe(new Keyring([`${SECRET} too`]).signing('purpose').id);
  });
});
