import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { FairShares } from '../../platform/concurrency/fair-shares';
import { ResponseConfig } from '../../platform/config/response.config';
import { Features } from '../../platform/features/features.service';
import type { ProviderCall } from '../../platform/features/provider-call';
import { Clock } from '../../platform/kernel/clock.service';
import { isoTime } from '../../platform/kernel/iso-time';
import type { Page } from '../../platform/pagination/page';
import type { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { overloaded } from '../../platform/problems/domain-error';
import { AccountFields } from '../fields/account-fields.service';
import type { User } from '../user.entity';

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What is kept about a user besides owned rows, by the name of its list in the user's export. */
    readonly personalData?: Readonly<Record<string, ProviderCall<[userId: string], PersonalDataBatches>>>;
  }
}

/** A batch at a time, so that it never has to fit into memory. */
export type PersonalDataBatches = AsyncIterable<readonly object[]>;

/** What there is of one kind about a user. */
type PersonalDataSection = (userId: string) => PersonalDataBatches;

/**
 * Everything that is kept about a user, as one JSON object: the account, and a list for each section that a feature
 * registers. Owned rows contribute themselves.
 */
@Injectable()
export class PersonalData {
  private readonly sections = new Map<string, PersonalDataSection>();
  private readonly inProgress: FairShares;

  constructor(
    private readonly clock: Clock,
    private readonly fields: AccountFields,
    config: ResponseConfig,
    features: Features,
  ) {
    const calls = features.named(({ personalData }) => personalData);
    for (const [name, call] of calls) this.contribute(name, features.bound(call));
    this.inProgress = new FairShares({ each: config.exportsPerAccount, total: config.exportsInAll });
  }

  /** Adds a section of owned rows, by the name of their table; what else there is about a user is registered as `personalData` of a feature. */
  contribute(name: string, section: PersonalDataSection): void {
    if (this.sections.has(name) || RESERVED.includes(name)) {
      throw new TypeError(`The export has ${name} already: rename the table, or the section of the feature`);
    }
    this.sections.set(name, section);
  }

  /**
   * Begins an export. Its stream reads a batch only when the one before was taken, and holds nothing of the database
   * meanwhile; it counts as under way until it is read to its end or destroyed.
   * @param network the client's
   * @throws DomainError `overloaded` when too many of this account, of this network or in all are under way
   */
  export(user: User, network: string): Readable {
    const giveBack = this.inProgress.take({ account: user.id, network }, 1);
    if (!giveBack) throw overloaded('Too many exports are under way; read them to their end, or try again shortly.');
    return Readable.from(this.text(user), { objectMode: false, highWaterMark: PIECE }).once('close', giveBack);
  }

  /** The text of the JSON object, in pieces of about the same size. */
  private async *text(user: User): AsyncGenerator<string> {
    let piece = '';
    for await (const part of this.parts(user)) {
      piece += part;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  }

  private async *parts(user: User): AsyncGenerator<string> {
    const exportedAt = isoTime(this.clock.now());
    yield `{"exportedAt":${JSON.stringify(exportedAt)},"account":${JSON.stringify(await this.fields.showOne(user))}`;
    for (const [name, section] of this.sections) {
      let separator = '';
      yield `,${JSON.stringify(name)}:[`;
      for await (const rows of section(user.id)) {
        for (const row of rows) {
          yield separator + JSON.stringify(row);
          separator = ',';
        }
      }
      yield ']';
    }
    yield '}\n';
  }
}

/** Properties of the export that are no sections. */
const RESERVED = ['exportedAt', 'account'];

/** Characters that are handed over together. */
const PIECE = 65_536;

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
