import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import { Keyring } from '../../platform/config/keyring';
import { Database } from '../../platform/database/database.service';
import type { Prepared } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { Outbox } from '../../platform/mail/outbox.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { AnonymousCaller } from '../../users/caller';
import type { ExternalFlow } from './flow/external-flow';
import { ExternalSignIn } from './flow/external-sign-in.entity';
import { ExternalSignIns } from './flow/external-sign-ins.service';
import { invalidExternalSignIn } from './providers/provider-errors';

/** Codes that are mailed for one sign-in. */
const MAX_MAILS = 3;

/** Codes that are judged for one sign-in, over all its mails. */
const MAX_ATTEMPTS = 5;

const DIGITS = 8;

const MAIL = 'external-email-code';

/** Has people prove an address by a code in a mail, where a provider vouches for none. */
@Injectable()
export class ExternalEmail {
  constructor(
    private readonly database: Database,
    private readonly signIns: ExternalSignIns,
    private readonly outbox: Outbox,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Mails a code; a later one replaces it. Nothing tells whether an account has the address.
   * @throws DomainError `invalid_external_sign_in`, also after three mails
   */
  async send({ client }: AnonymousCaller, flow: ExternalFlow, token: string, email: string): Promise<void> {
    const signIn = await this.signIns.find(flow, token, 'email');
    if (signIn.mails >= MAX_MAILS) throw invalidExternalSignIn();
    await this.database.transaction(async (tx) => {
      await this.signIns.advance(tx, signIn, 'email', { email, mails: signIn.mails + 1 });
      const parameters = { signIn: signIn.id };
      const message = { template: MAIL, recipient: email, accountId: null, parameters };
      await this.outbox.enqueue(tx, { ...message, askedFrom: client.ipAddress });
    });
  }

  /**
   * The sign-in of a right code, whose address is proven. An attempt is counted before it is judged.
   * @throws DomainError `invalid_external_code`; `invalid_external_sign_in`, also after five wrong codes
   */
  async verify(flow: ExternalFlow, token: string, code: string): Promise<{ signIn: ExternalSignIn; email: string }> {
    const signIn = await this.signIns.find(flow, token, 'email');
    const { email, mails } = signIn;
    if (email === null || mails === 0) throw new DomainError('invalid_external_code', 'No code was mailed yet.');
    await this.signIns.count(signIn, MAX_ATTEMPTS);
    if (timingSafeEqual(Buffer.from(this.codeOf(signIn, email)), Buffer.from(code))) return { signIn, email };
    throw new DomainError('invalid_external_code', 'The code is wrong.');
  }

  /** Prepares the mail: the code is derived when it is sent, and stored nowhere. */
  async prepare({ parameters, recipient }: OutboxMessage): Promise<Prepared | null> {
    const signIn = await this.database.findById(ExternalSignIn, parameters['signIn'] ?? '');
    if (signIn?.step !== 'email' || signIn.email !== recipient) return null;
    return { values: { code: this.codeOf(signIn, recipient) } };
  }

  /** Eight digits (ASVS 6.5.4), of this sign-in, this address and this mail. */
  private codeOf({ id, mails }: ExternalSignIn, email: string): string {
    const { key } = this.keyring.signing('external-email-code');
    const mac = createHmac('sha256', key)
      .update(`${id} ${mails} ${addressKey(email)}`)
      .digest();
    return String(mac.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0');
  }
}
