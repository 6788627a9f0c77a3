import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Liquid } from 'liquidjs';
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
 * Decides on a message at the moment it is sent: a link begins to live then, and nobody who asks for one can tell from
 * the answer whom it goes to.
 * @returns null when there is nothing to be said, such as to an account that is gone
 */
export type Prepare = (message: OutboxMessage) => Promise<Prepared | null>;

const engine = (options: { outputEscape?: 'escape' }) =>
  new Liquid({
    root: join(__dirname, 'templates'),
    extname: '.liquid',
    cache: true,
    strictVariables: true,
    strictFilters: true,
    ...options,
  });

/**
 * The templates of all messages: `templates/<name>.liquid`, whose first line is the subject and whose paragraphs become
 * the text as they are and the HTML by `layout.liquid`, escaped, so that the two can't tell different things.
 */
@Injectable()
export class MailTemplates {
  private readonly prepares = new Map<string, Prepare>();
  private readonly plain = engine({});
  private readonly html = engine({ outputEscape: 'escape' });

  /** Says how the values of a template are made. A module does so for its own templates when it is constructed. */
  define(name: string, prepare: Prepare): void {
    this.prepares.set(name, prepare);
  }

  /** @returns null when there is nothing to be said any more */
  async render(message: OutboxMessage): Promise<RenderedMail | null> {
    const prepare = this.prepares.get(message.template);
    if (!prepare) throw new TypeError(`No module defines the template ${message.template}`);
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
