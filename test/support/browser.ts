import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Playwright has Chromium forget a page that is left; for people it comes back from memory when they go back. */
const OPTIONS = { ignoreDefaultArgs: ['--disable-back-forward-cache'] };

/** All of Chromium in one process ends with the first window that is closed. */
const isFit = (argument: string) => argument !== '--single-process' && argument !== '--no-zygote';

/**
 * Starts headless Chromium. On Linux it comes with the npm packages; elsewhere it is the machine's own Chrome, or
 * whatever `CHROMIUM_PATH` names.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return chromium.launch({ ...OPTIONS, executablePath: named });
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ ...OPTIONS, channel: 'chrome' });
  // Without a graphics card, drawing as with one takes two thirds of all the time.
  sparticuz.setGraphicsMode = false;
  const args = sparticuz.args.filter(isFit);
  return chromium.launch({ ...OPTIONS, executablePath: await sparticuz.executablePath(), args });
}
