import { Module } from '@nestjs/common';
import { CursorCodec } from './cursor.codec';

/** Pages of lists, and the cursors to the next ones. */
@Module({ providers: [CursorCodec], exports: [CursorCodec] })
export class PaginationModule {}
