import { type Environment, readVariables, text } from './variables/environment';

export const mailVariables = {
  SMTP_URL: text(
    /^smtps?:\/\/[^\s/]+(\/.*)?$/,
    'smtp://user:password@host:port or smtps://...',
  )({
    default: '',
    desc: 'SMTP server for outgoing mail: smtp:// (STARTTLS if offered) or smtps://. Empty: every message is written to an .eml file in DATA_DIR/mail, and outside production its link is logged.',
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
    desc: 'Base URL of the links in messages: the pages verify-email, reset-password, undo-email-change, keep-second-factor and login/email below it get the token after a #. Empty: http://, HOST (localhost for 127.0.0.1, 0.0.0.0 and ::) and PORT, with a warning in production.',
    example: 'https://app.example.com/account',
  }),
};

/** How mail is sent, and where its links lead. */
export class MailConfig {
  /** URL of the SMTP server; undefined where messages are written to files. */
  readonly smtpUrl: string | undefined;
  /** Sender of every message, in the form of a From header. */
  readonly from: string;
  /** Base URL of links, without a trailing slash; undefined where links lead to the server's own address. */
  readonly linkBaseUrl: string | undefined;

  constructor(env: Environment) {
    const variables = readVariables(mailVariables, env);
    this.smtpUrl = variables.SMTP_URL === '' ? undefined : variables.SMTP_URL;
    this.from = variables.MAIL_FROM;
    this.linkBaseUrl = variables.LINK_BASE_URL === '' ? undefined : variables.LINK_BASE_URL.replace(/\/+$/, '');
  }
}
