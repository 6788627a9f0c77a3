import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Liquid } from 'liquidjs';
import { Features } from '../features/features.service';
import type { ProviderCall } from '../features/provider-call';
import type { OutboxMessage } from './outbox-message.entity';

/** What a template is filled with. `link`, where there is one, becomes a button in HTML. */
export type TemplateValues = Record<string, string>;

/** What is to be sent after all. */
export interface Prepared {
  values: TemplateValues;
  /** Address it goes to, where it is another than the message's: one that was typed in may be a look-alike. */
  recipient?: string;
  /** The template, where it is another than the message's. */
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
 * Decides on a message at the moment it is sent: a link begins to live then, and a client that asks for one cannot tell from
 * the answer whom it goes to.
 * @returns null when there is nothing to be said, such as to an account that is gone
 */
export type Prepare = (message: OutboxMessage) => Promise<Prepared | null>;

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** The mails of the feature, by the names of their templates: `mailsIn(join(__dirname, 'templates'), { ... })`. */
    readonly mails?: Readonly<Record<string, FeatureMail>>;
  }
}

/** Decides on a message when it is sent; see `Prepare`. */
type PrepareCall = ProviderCall<Parameters<Prepare>, ReturnType<Prepare>>;

/** A mail, as a feature registers it. */
export interface FeatureMail {
  /** Where its template is. */
  readonly folder: string;
  /** Null for a template that is only sent in place of another. */
  readonly prepare: PrepareCall | null;
}

/** The mails whose templates are in one folder, and how each is prepared; null for one that is only sent in place of another. */
export const mailsIn = (folder: string, mails: Readonly<Record<string, PrepareCall | null>>) =>
  Object.fromEntries(Object.entries(mails).map(([name, prepare]) => [name, { folder, prepare }]));

/** Where the layout of all mails is. */
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
 * The templates of all messages: `<name>.liquid`, whose first line is the subject and whose paragraphs become
 * the text as they are and the HTML by `layout.liquid`, escaped, so that the two can't tell different things.
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

  /** @returns null when there is nothing to be said any more */
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
