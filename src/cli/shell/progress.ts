import { SingleBar } from 'cli-progress';
import type { Shell } from './shell';

/** Interval of progress lines without a terminal, in milliseconds. */
const LINE_MS = 5_000;

/** Shows progress on standard error: a bar on a terminal, otherwise an occasional line. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private nextLine = Date.now() + LINE_MS;

  /** @param what the activity, such as `Importing` @param total the total amount of work, in any unit */
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

  /** @param done in the unit of the total @param note shown after the bar */
  update(done: number, note = ''): void {
    this.bar?.update(done, { note });
    if (this.bar || Date.now() < this.nextLine) return;
    this.nextLine = Date.now() + LINE_MS;
    this.shell.printError(`${this.what}: ${Math.floor((100 * done) / Math.max(1, this.total))} % ${note}`.trimEnd());
  }

  /** Restores the terminal. */
  stop(): void {
    this.bar?.stop();
  }
}
