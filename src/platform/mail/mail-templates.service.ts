import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Liquid } from 'liquidjs';
import { Features } from '../features/features.service';
import type { ProviderCall } from '../features/provider-call';
import type { OutboxMessage } from './outbox-message.entity';

/** The variables of a template. `link` becomes a button in HTML. */
export type TemplateValues = Record<string, string>;

/** The message to be sent. */
export interface Prepared {
  values: TemplateValues;
  /** The recipient, if it differs from the message's: an address that a client sent may be a look-alike. */
  recipient?: string;
  /** The template, if it differs from the message's. */
  template?: string;
}

/** A message ready to be sent. */
export interface RenderedMail {
  recipient: string;
  subject: string;
  text: string;
  html: string;
  link: string | undefined;
}

/**
 * Prepares a message when it is sent: the lifetime of a link starts then, and a client that requests one cannot tell
 * from the response who receives it.
 * @returns null when no message is to be sent, for example because the account is gone
 */
export type Prepare = (message: OutboxMessage) => Promise<Prepared | null>;

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** The mails of the feature, by template name: `mailsIn(join(__dirname, 'templates'), { ... })`. */
    readonly mails?: Readonly<Record<string, FeatureMail>>;
  }
}

/** Prepares a message when it is sent; see `Prepare`. */
type PrepareCall = ProviderCall<Parameters<Prepare>, ReturnType<Prepare>>;

/** A mail in a feature definition. */
export interface FeatureMail {
  /** The folder of its template. */
  readonly folder: string;
  /** Null for a template that is only sent instead of another. */
  readonly prepare: PrepareCall | null;
}

/**
 * The mails whose templates are in one folder, with the call that prepares each; null for one that is only sent instead
 * of another.
 */
export const mailsIn = (folder: string, mails: Readonly<Record<string, PrepareCall | null>>) =>
  Object.fromEntries(Object.entries(mails).map(([name, prepare]) => [name, { folder, prepare }]));

/** The folder of the layout of all mails. */
const FOLDER = join(__dirname, 'templates');

const engine = (root: string[], options: { outputEscape?: 'escape' }) =>
  new Liquid({
    root,
    extname: '.liquid',
    cache: true,
    strictVariables: true,
    strictFilters: true,
    ...options,
  });

/**
 * The templates of all messages: `<name>.liquid`. The first line is the subject. The paragraphs become both the text
 * and, escaped in `layout.liquid`, the HTML, so that the two cannot differ.
 */
@Injectable()
export class MailTemplates {
  private readonly prepares: ReadonlyMap<string, Prepare>;
  private readonly plain: Liquid;
  private readonly html = engine([FOLDER], { outputEscape: 'escape' });

  /** @throws TypeError when the file of a template is missing */
  constructor(features: Features) {
    const mails = [...features.named(({ mails }) => mails)];
    for (const [name, { folder }] of mails) {
      const file = join(folder, `${name}.liquid`);
      if (!existsSync(file)) throw new TypeError(`The template ${file} is missing`);
    }
    this.plain = engine([...new Set(mails.map(([, { folder }]) => folder))], {});
    this.prepares = new Map(
      mails.flatMap(([name, { prepare }]) => (prepare ? [[name, features.bound(prepare)] as const] : [])),
    );
  }

  /** @returns null when the message is no longer to be sent */
  async render(message: OutboxMessage): Promise<RenderedMail | null> {
    const prepare = this.prepares.get(message.template);
    if (!prepare) throw new TypeError(`No feature prepares the template ${message.template}`);
    const prepared = await prepare(message);
    if (!prepared) return null;
    const { values, recipient = message.recipient, template = message.template } = prepared;
    const source: unknown = await this.plain.renderFile(template, values);
    const [subject = '', ...lines] = String(source).trim().split('\n');
    const paragraphs = lines
      .join('\n')
      .split(/\n{2,}/)
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => paragraph !== '');
    const html: unknown = await this.html.renderFile('layout', { subject, paragraphs, link: values['link'] ?? '' });
    return { recipient, subject, text: `${paragraphs.join('\n\n')}\n`, html: String(html), link: values['link'] };
  }
}
