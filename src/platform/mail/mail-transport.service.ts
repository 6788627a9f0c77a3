import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { createTransport, type MailMessage } from 'nodemailer';
import { envelopeOf } from '../addresses/mailbox';
import { DatabaseConfig } from '../config/database.config';
import { MailConfig } from '../config/mail.config';
import { ServerConfig } from '../config/server.config';
import { isoTime } from '../kernel/iso-time';
import { AppLogger } from '../logging/app-logger.service';
import type { RenderedMail } from './mail-templates.service';
import type { OutboxMessage } from './outbox-message.entity';

/** Timeouts of the SMTP connection, in milliseconds. */
const SMTP_TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 90_000, dnsTimeout: 10_000 };

/**
 * Refuses a message that would go to a mailbox other than the validated one, however the library parses its address.
 */
function assertExact({ data, message }: MailMessage, done: (error?: Error | null) => void): void {
  const address = typeof data.to === 'object' && 'address' in data.to ? data.to.address : undefined;
  const { to } = message.getEnvelope();
  const isExact = to.length === 1 && to[0] === envelopeOf(address ?? '');
  done(isExact ? null : new Error('The message would go to an address other than its recipient'));
}

/** Sends all mail: to an SMTP server, or to files if none is configured. */
@Injectable()
export class MailTransport {
  private readonly smtp;
  private readonly composer = createTransport({ streamTransport: true, buffer: true });

  constructor(
    private readonly config: MailConfig,
    private readonly server: ServerConfig,
    private readonly database: DatabaseConfig,
    private readonly logger: AppLogger,
  ) {
    this.smtp = config.smtpUrl === undefined ? undefined : createTransport({ url: config.smtpUrl, ...SMTP_TIMEOUTS });
    for (const transport of [this.smtp, this.composer]) transport?.use('stream', assertExact);
  }

  /** Sends a message. @throws any error of the server or the file system */
  async send({ id, createdAt }: OutboxMessage, { link, recipient, ...content }: RenderedMail): Promise<void> {
    const domain = /@([^\s@<>]+)>?$/.exec(this.config.from)?.[1] ?? 'localhost';
    const mail = {
      ...content,
      from: this.config.from,
      // An object is used as is; text would be parsed as a list of addresses.
      to: { name: '', address: recipient },
      // The same for every attempt, so that receivers can recognize duplicates.
      messageId: `<${id}@${domain}>`,
      date: new Date(createdAt),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    if (this.smtp) {
      await this.smtp.sendMail(mail);
      return;
    }
    const { message } = await this.composer.sendMail(mail);
    const file = await this.write(`${isoTime(createdAt).replaceAll(':', '')}-${id}.eml`, message);
    // A link is a secret, which must not be in production logs.
    const shown = this.server.isProduction ? {} : { link };
    this.logger.pino.info({ file, ...shown }, 'Mail was written to a file, as SMTP_URL is not set');
  }

  private async write(name: string, content: Buffer | NodeJS.ReadableStream): Promise<string> {
    const folder = join(this.database.dataDir, 'mail');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, name);
    await writeFile(`${file}.part`, content, { mode: 0o600 });
    await rename(`${file}.part`, file);
    return file;
  }
}
