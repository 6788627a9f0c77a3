import { type Environment, readVariables, text } from './environment';

export const mailVariables = {
  SMTP_URL: text(
    /^smtps?:\/\/[^\s/]+(\/.*)?$/,
    'smtp://user:password@host:port or smtps://...',
  )({
    default: '',
    desc: 'SMTP server that takes the mail: smtp:// (STARTTLS where offered) or smtps://. Empty: every message is written as an .eml file into DATA_DIR/mail, and outside production its link is logged.',
    example: 'smtps://latchkey:password@smtp.example.com:465',
  }),
  MAIL_FROM: text(
    /^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/,
    'an address like Latchkey <no-reply@example.com>',
  )({
    default: 'Latchkey <no-reply@localhost>',
    desc: 'Sender of every message.',
    example: 'Example <no-reply@example.com>',
  }),
  LINK_BASE_URL: text(
    /^https?:\/\/[^\s?#]+$/,
    'an address like https://app.example.com',
  )({
    default: '',
    desc: 'Where the links in messages lead: the pages verify-email, reset-password and undo-email-change below this address get the token behind a #. Empty: http://, HOST (localhost for 127.0.0.1, 0.0.0.0 and ::) and PORT; in production the start warns about that.',
    example: 'https://app.example.com/account',
  }),
};

/** How mail leaves, and where its links lead. */
export class MailConfig {
  /** URL of the SMTP server; undefined where messages are written to files. */
  readonly smtpUrl: string | undefined;
  /** Sender of every message, as in a From header. */
  readonly from: string;
  /** Base address of links, without a slash at its end; undefined where links lead to the program's own address. */
  readonly linkBaseUrl: string | undefined;

  constructor(env: Environment) {
    const variables = readVariables(mailVariables, env);
    this.smtpUrl = variables.SMTP_URL === '' ? undefined : variables.SMTP_URL;
    this.from = variables.MAIL_FROM;
    this.linkBaseUrl = variables.LINK_BASE_URL === '' ? undefined : variables.LINK_BASE_URL.replace(/\/+$/, '');
  }
}
