/** The time from one refusal that has to wait to the next. */
const PACE_MS = 20;

/**
 * The time of the system, as whatever does not ask the application's clock sees it: the library that counts attempts.
 * It stands still unless a test moves it. Refusals are paced by a clock of their own, which hurries ahead here, so that
 * none has to wait for its turn; that they do wait is for the tests of `admission.e2e-spec.ts`.
 */
export class SystemTime {
  /** How far the clock of the refusals is ahead, in milliseconds. It never goes back, also from one test to the next. */
  private static ahead = 0;

  private constructor(public now: number) {}

  /** Call `jest.restoreAllMocks()` afterwards. */
  static stop(): SystemTime {
    const time = new SystemTime(Date.now());
    jest.spyOn(Date, 'now').mockImplementation(() => time.now);
    const elapsed = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => elapsed() + (this.ahead += PACE_MS));
    return time;
  }
}
