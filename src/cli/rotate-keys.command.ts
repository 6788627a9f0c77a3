import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { SigningKeys } from '../auth/signing-keys/signing-keys.service';
import { TotpAuthenticators } from '../auth/totp/totp-authenticators.service';
import { AuditWriter } from '../platform/audit/audit-writer.service';
import { AuthConfig } from '../platform/config/auth.config';
import { DatabaseConfig } from '../platform/config/database.config';
import { Keyring } from '../platform/config/keyring';
import { newSecret, SecretFile, type Secrets } from '../platform/config/variables/secret-file';
import type { Transaction } from '../platform/database/transaction';
import { isoTime } from '../platform/kernel/iso-time';
import { withApplication } from './application';
import type { Shell } from './shell/shell';

/** `keys:rotate`: adds a new secret, and with ES256 a new signing key, while the old ones still verify. */
export function rotateKeys(program: Command, shell: Shell): void {
  program
    .command('keys:rotate')
    .description(
      'adds a new secret before the old ones, for which servers need a restart, and with ES256 a new signing key',
    )
    .option('--drop-old', 'instead remove all but the newest, which invalidates what the others signed')
    .action(({ dropOld }: { dropOld?: true }) =>
      withApplication(shell, async (app) => {
        const [first, ...rest] = app.get(AuthConfig).secrets;
        const step = dropOld ? 'drop' : 'add';
        if (step === 'add') await addSigningKey(app, shell);
        if (first === undefined) await inFile[step](app, shell, new SecretFile(app.get(DatabaseConfig).dataDir));
        else await inConfiguration[step](app, shell, [first, ...rest]);
      }),
    );
}

/** With ES256, adds the next signing key. Servers find it by themselves. */
async function addSigningKey(app: INestApplicationContext, shell: Shell): Promise<void> {
  if (app.get(AuthConfig).accessTokenAlgorithm !== 'ES256') return;
  const signsFrom = isoTime(await app.get(SigningKeys).rotate());
  shell.print(`A new signing key is published at /.well-known/jwks.json and signs from ${signsFrom} on.`);
}

/** Leaves the newest signing key, and encrypts what is stored encrypted for the secrets that stay. */
async function dropOldKeys(app: INestApplicationContext, tx: Transaction, keyring: Keyring): Promise<void> {
  await app.get(SigningKeys).dropOld(tx, keyring);
  await app.get(TotpAuthenticators).reencrypt(tx, keyring);
}

const inFile = {
  async add(app: INestApplicationContext, shell: Shell, file: SecretFile): Promise<void> {
    await app.get(AuditWriter).resign(() => {
      const secrets: Secrets = [newSecret(), ...file.read()];
      file.write(secrets);
      return new Keyring(secrets);
    });
    shell.print('A new secret signs from the next start on; the old ones still verify. Restart every server now.');
    shell.print('After 30 days, run keys:rotate --drop-old.');
  },

  async drop(app: INestApplicationContext, shell: Shell, file: SecretFile): Promise<void> {
    await app.get(AuditWriter).resign(async (isSignedBy, tx) => {
      const keyring = new Keyring([file.read()[0]]);
      if (!isSignedBy(keyring)) throw new Error(STALE_SERVER);
      await dropOldKeys(app, tx, keyring);
      file.write([file.read()[0]]);
      return keyring;
    });
    shell.print(
      'Only the newest secret and signing key are left. Restart every server now: what the others signed is invalid from then on.',
    );
  },
};

/**
 * A server signs the chain with the secret that it read at startup; dropping that one would make the chain look forged.
 */
const STALE_SERVER =
  'The newest audit event is still signed with an old secret. Restart every server, log in once, and try again.';

const inConfiguration = {
  add(_app: INestApplicationContext, shell: Shell): Promise<void> {
    shell.print(
      'The secret was not changed, because APP_SECRET is configured. Put this before its value, separated by a comma:',
    );
    shell.print(newSecret());
    shell.print('Then restart every server. After 30 days, run keys:rotate --drop-old.');
    return Promise.resolve();
  },

  async drop(app: INestApplicationContext, shell: Shell, [first]: Secrets): Promise<void> {
    await app.get(AuditWriter).resign(async (_isSignedBy, tx) => {
      const keyring = new Keyring([first]);
      await dropOldKeys(app, tx, keyring);
      return keyring;
    });
    shell.print(
      'The audit chain and the newest signing key, which is the only one left, need only the first secret of APP_SECRET. Remove the others and restart every server.',
    );
  },
};
