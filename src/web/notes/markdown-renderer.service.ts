import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { renderMarkdown } from './markdown';

/** What is rendered, and what became of it. */
interface Rendered {
  readonly content: string;
  readonly html: string | null;
}

/** Most characters that are kept of all texts and what they were rendered to. */
const MAX_KEPT = 2_000_000;

/** Renders Markdown, and keeps what it rendered last. */
@Injectable()
export class MarkdownRenderer {
  private readonly kept = new LRUCache<string, Rendered>({
    maxSize: MAX_KEPT,
    sizeCalculation: ({ content, html }) => content.length + (html?.length ?? 0) + 1,
  });

  /** @returns safe HTML; null for a text that is shown as it is, as to render it would take too long */
  render({ id, content }: { id: string; content: string }): string | null {
    const kept = this.kept.get(id);
    // By the text itself, so that whatever changes it is seen.
    if (kept?.content === content) return kept.html;
    const html = renderMarkdown(content);
    this.kept.set(id, { content, html });
    return html;
  }
}
