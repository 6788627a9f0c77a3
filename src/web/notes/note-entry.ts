import type { Note } from '../../notes/note.entity';

/** Characters of a note's text that the list shows. */
const EXCERPT = 200;

/** A note in the list. */
export class NoteEntry {
  id!: string;
  title!: string;
  isPinned!: boolean;
  createdAt!: number;
  /** How its text begins, on one line. */
  excerpt!: string;

  static from({ id, title, isPinned, createdAt, content }: Note): NoteEntry {
    return { id, title, isPinned, createdAt, excerpt: excerptOf(content) };
  }
}

function excerptOf(content: string): string {
  // A character is one or two UTF-16 units.
  const start = content.slice(0, 2 * EXCERPT + 1);
  const shown = start.length <= EXCERPT ? start : Array.from(start).slice(0, EXCERPT).join('');
  return shown.length < content.length ? `${shown}…` : shown;
}
