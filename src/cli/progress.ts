import { SingleBar } from 'cli-progress';
import type { Shell } from './shell';

/** How often a line tells of the progress where there is no terminal, in milliseconds. */
const LINE_MS = 5_000;

/** Tells on standard error how far something came: a bar on a terminal, else a line now and then. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private nextLine = Date.now() + LINE_MS;

  /** @param what what is done, as `Importing` @param total how much there is to do, in any unit */
  constructor(
    private readonly shell: Shell,
    private readonly what: string,
    private readonly total: number,
  ) {
    const { stderr } = shell.environment;
    if (!stderr.isTTY) return;
    this.bar = new SingleBar({
      format: `${what} [{bar}] {percentage} %  {eta_formatted} left  {note}`,
      stream: stderr,
      hideCursor: true,
    });
    this.bar.start(total, 0, { note: '' });
  }

  /** @param done in the unit of the total @param note stands behind the bar */
  update(done: number, note = ''): void {
    this.bar?.update(done, { note });
    if (this.bar || Date.now() < this.nextLine) return;
    this.nextLine = Date.now() + LINE_MS;
    this.shell.printError(`${this.what}: ${Math.floor((100 * done) / Math.max(1, this.total))} % ${note}`.trimEnd());
  }

  /** Leaves the terminal as it was. */
  stop(): void {
    this.bar?.stop();
  }
}
