import type { FlashMessage } from '../cookies/flash-messages.service';

/** A page to show. */
export class View {
  /**
   * @param template its name: the path of its file below a folder of templates, without the extension
   * @param values what it is filled with, besides what every page gets from `PageRenderer`
   * @param status of the answer
   */
  constructor(
    readonly template: string,
    readonly values: Readonly<Record<string, unknown>> = {},
    readonly status = 200,
  ) {}
}

/** Another page to go to (303), which shows a message once. */
export class Redirect {
  /** @param to a path of this site; one that a visitor sent goes through `sitePath` first */
  constructor(
    readonly to: string,
    readonly flash?: FlashMessage,
  ) {}
}

/** What the handler of a page returns. */
export type PageAnswer = View | Redirect;
