import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * Starts headless Chromium. On Linux it comes with the npm packages; elsewhere it is the machine's own Chrome, or
 * whatever `CHROMIUM_PATH` names.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return chromium.launch({ executablePath: named });
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  // Without a graphics card, drawing as with one takes two thirds of all the time.
  sparticuz.setGraphicsMode = false;
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: sparticuz.args });
}
