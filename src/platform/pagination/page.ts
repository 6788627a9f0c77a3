import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** One page of a list, and the cursor of the next one. */
export interface Page<T> {
  items: T[];
  /** Opaque; null on the last page. */
  nextCursor: string | null;
}

/** The same page with each item turned into what leaves the program. */
export const mapPage = <T, R>(page: Page<T>, map: (item: T) => R): Page<R> => ({
  items: page.items.map(map),
  nextCursor: page.nextCursor,
});

/** The class of a page of DTOs, so that the OpenAPI document can name it: `class NotePageDto extends PageOf(NoteDto) {}`. */
export function PageOf<T>(Item: Type<T>): Type<Page<T>> {
  class PageDto implements Page<T> {
    /** The items of this page. */
    @ApiProperty({ type: [Item], description: 'The items of this page, in the order of the list.' })
    items!: T[];

    /** The `cursor` of the next page; null on the last one. */
    @ApiProperty({
      type: String,
      nullable: true,
      example: null,
      description: 'Opaque; sent as `cursor`, it gets the next page. Null on the last one.',
    })
    nextCursor!: string | null;
  }
  return PageDto;
}
