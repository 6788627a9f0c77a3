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
    /** Personal data other than owned rows, by the name of its section in the user's export. */
    readonly personalData?: Readonly<Record<string, ProviderCall<[userId: string], PersonalDataBatches>>>;
  }
}

/** Batches, so that the data never has to fit into memory. */
export type PersonalDataBatches = AsyncIterable<readonly object[]>;

/** Reads one section of a user's export. */
type PersonalDataSection = (userId: string) => PersonalDataBatches;

/**
 * Exports all data about a user as one JSON object: the account, and a list for each section that a feature registers.
 * Owned rows are added automatically.
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

  /** Adds a section of owned rows, by the name of their table; features register other data as `personalData`. */
  contribute(name: string, section: PersonalDataSection): void {
    if (this.sections.has(name) || RESERVED.includes(name)) {
      throw new TypeError(`The export already has ${name}: rename the table, or the section of the feature`);
    }
    this.sections.set(name, section);
  }

  /**
   * Starts an export. Its stream reads a batch only after the previous one was consumed, and holds no database
   * resources in between; it counts as in progress until it is read to the end or destroyed.
   * @param network of the client
   * @throws DomainError `overloaded` when too many exports of this account, of this network or in total are in progress
   */
  export(user: User, network: string): Readable {
    const giveBack = this.inProgress.take({ account: user.id, network }, 1);
    if (!giveBack) throw overloaded('Too many exports are in progress; read them to the end, or try again shortly.');
    return Readable.from(this.text(user), { objectMode: false, highWaterMark: PIECE }).once('close', giveBack);
  }

  /** The text of the JSON object, in chunks of about the same size. */
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

/** Properties of the export that are not sections. */
const RESERVED = ['exportedAt', 'account'];

/** Size of a chunk in characters. */
const PIECE = 65_536;

/** Rows of a batch. */
const BATCH = 200;

/** All pages of a list, in order. @param page reads one page */
export async function* pagesOf<T>(page: (query: PageQueryDto) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let cursor: string | null = null;
  do {
    const next: Page<T> = await page({ limit: BATCH, ...(cursor !== null && { cursor }) });
    yield next.items;
    cursor = next.nextCursor;
  } while (cursor !== null);
}
