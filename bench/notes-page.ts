import { get, type LoadProcess } from './load-process';
import type { Program } from './programs';
import { PASSWORD, type Stage } from './stage';
import { Contest } from './throughput';

/** The browser that logs in, and that then sends every request: sessions know theirs. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The list of 20 notes as a page for a browser and as JSON, by the same program. */
export async function notesPageContest({ programs, people, tokens }: Stage, load: LoadProcess) {
  const { latchkey } = programs;
  const url = new URL('/notes', latchkey.api).href;
  const headers = { 'user-agent': BROWSER, cookie: await logIn(latchkey, people.reader) };
  const page = await fetch(url, { headers, redirect: 'manual' });
  const shown = (await page.text()).match(/<li class="card">/g)?.length;
  if (shown !== 20) throw new Error(`${url} answered ${page.status} with ${shown ?? 0} notes`);
  // With the cookie for forms too, as a browser has it from its second page on.
  const cookie = [headers.cookie, cookiesOf(page)].join('; ');
  return new Contest(load, [
    ['page', { url, method: 'GET', headers: { ...headers, cookie }, bodies: [] }],
    ['json', get(`${latchkey.api}/notes?limit=20`, tokens.latchkey.reader)],
  ] as const);
}

/** Logs in by the form. @returns the cookies, as a browser sends them */
async function logIn({ api }: Program, username: string): Promise<string> {
  const answer = await fetch(new URL('/login', api), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'user-agent': BROWSER, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ username, password: PASSWORD }),
  });
  if (answer.status !== 303) throw new Error(`The login page answered ${answer.status}`);
  return cookiesOf(answer);
}

const cookiesOf = ({ headers }: Response): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
