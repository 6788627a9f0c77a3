import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** A message as its reader gets it. */
export interface ReceivedMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** The link in it, if any. */
  link: string | undefined;
  /** The one-time token in its link, if any. */
  token: string | undefined;
}

/** Reads a message as a mail program does. */
export async function readMail(raw: string | Uint8Array): Promise<ReceivedMail> {
  const { from, to, subject = '', text = '', html = '', messageId = '' } = await PostalMime.parse(raw);
  const link = /^https?:\/\/\S+$/m.exec(text)?.[0];
  return {
    from: from?.address ?? '',
    to: to?.map(({ address }) => address).join() ?? '',
    subject,
    text,
    html,
    messageId,
    link,
    token: link === undefined ? undefined : /#token=(\S+)$/.exec(link)?.[1],
  };
}

/** Messages by their files, which never change. */
const opened = new Map<string, ReceivedMail>();

/** The messages that were written to files because no SMTP server is configured, oldest first. */
export async function mailIn(dataDir: string): Promise<ReceivedMail[]> {
  const mails: ReceivedMail[] = [];
  for (const file of await filesIn(dataDir)) {
    const mail = opened.get(file) ?? (await readMail(await readFile(file)));
    opened.set(file, mail);
    mails.push(mail);
  }
  return mails;
}

/** Deletes the messages that were written to files. */
export async function deleteMailIn(dataDir: string): Promise<void> {
  for (const file of await filesIn(dataDir)) await rm(file);
}

async function filesIn(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'mail');
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .map((name) => join(folder, name));
}
