import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock';
import { isoTime } from '../common/iso-time';
import type { Page } from '../common/pagination/page';
import type { PageQueryDto } from '../common/pagination/page-query.dto';
import { UserDto } from './dto/user.dto';
import type { User } from './user.entity';

/** What there is of one kind about a user, a batch at a time, so that it never has to fit into memory. */
export type PersonalDataSection = (userId: string) => AsyncIterable<readonly object[]>;

/**
 * Everything that is kept about a user, as one JSON object: the account, and a list for each section that a module
 * contributes. Owned rows contribute themselves.
 */
@Injectable()
export class PersonalData {
  private readonly sections = new Map<string, PersonalDataSection>();

  constructor(private readonly clock: Clock) {}

  /** Adds a section. A module does so when it is constructed. */
  contribute(name: string, section: PersonalDataSection): void {
    this.sections.set(name, section);
  }

  /** The text of the JSON object, piece by piece. */
  async *export(user: User): AsyncGenerator<string> {
    const exportedAt = isoTime(this.clock.now());
    yield `{"exportedAt":${JSON.stringify(exportedAt)},"account":${JSON.stringify(UserDto.from(user))}`;
    for (const [name, section] of this.sections) {
      let separator = '';
      yield `,${JSON.stringify(name)}:[`;
      for await (const rows of section(user.id)) {
        if (rows.length === 0) continue;
        yield separator + rows.map((row) => JSON.stringify(row)).join(',');
        separator = ',';
      }
      yield ']';
    }
    yield '}\n';
  }
}

/** Rows of a batch. */
const BATCH = 200;

/** Batches of a paged list, from its first page to its last. @param page reads one page */
export async function* pagesOf<T>(page: (query: PageQueryDto) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let cursor: string | null = null;
  do {
    const next: Page<T> = await page({ limit: BATCH, ...(cursor !== null && { cursor }) });
    yield next.items;
    cursor = next.nextCursor;
  } while (cursor !== null);
}
