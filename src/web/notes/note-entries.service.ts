import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Note } from '../../notes/note.entity';
import { Templates } from '../rendering/templates.service';

/** Characters of a note's text that the list shows. */
const EXCERPT = 200;

/** Most characters of entries that are kept. */
const MAX_KEPT = 4_000_000;

/**
 * Notes as the list shows them, by the template `notes/entry`. Kept until they change, as twenty of them take five times as
 * long as the rest of the page.
 */
@Injectable()
export class NoteEntries {
  private readonly kept = new LRUCache<string, string>({
    maxSize: MAX_KEPT,
    sizeCalculation: (html) => html.length,
  });

  constructor(private readonly templates: Templates) {}

  /** @returns HTML */
  render(note: Note): string {
    const version = `${note.id}:${note.updatedAt}`;
    let html = this.kept.get(version);
    if (html === undefined) {
      const { id, title, isPinned, createdAt } = note;
      const values = { id, title, isPinned, createdAt, excerpt: excerptOf(note.content) };
      // A copy: a part of a text keeps all of it in memory.
      html = Buffer.from(this.templates.render('notes/entry', values)).toString();
      this.kept.set(version, html);
    }
    return html;
  }
}

function excerptOf(content: string): string {
  // A character is one or two UTF-16 units.
  const shown = Array.from(content.slice(0, 2 * EXCERPT))
    .slice(0, EXCERPT)
    .join('');
  return shown.length < content.length ? `${shown}…` : shown;
}
