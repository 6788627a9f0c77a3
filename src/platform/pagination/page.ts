import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** A page of a list, and the cursor of the next one. */
export interface Page<T> {
  items: T[];
  /** Opaque; null on the last page. */
  nextCursor: string | null;
}

/** Maps the items of a page, for example to DTOs. */
export const mapPage = <T, R>(page: Page<T>, map: (item: T) => R): Page<R> => ({
  items: page.items.map(map),
  nextCursor: page.nextCursor,
});

/** Creates the class of a page of DTOs for the OpenAPI document: `class NotePageDto extends PageOf(NoteDto) {}`. */
export function PageOf<T>(Item: Type<T>): Type<Page<T>> {
  class PageDto implements Page<T> {
    /** The items of this page. */
    @ApiProperty({ type: [Item], description: 'The items of this page, in the order of the list.' })
    items!: T[];

    /** The `cursor` of the next page; null on the last page. */
    @ApiProperty({
      type: String,
      nullable: true,
      example: null,
      description: 'Opaque; send it as `cursor` to get the next page. Null on the last page.',
    })
    nextCursor!: string | null;
  }
  return PageDto;
}
