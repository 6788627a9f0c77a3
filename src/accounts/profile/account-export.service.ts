import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { networkOf } from '../../platform/http/client/network';
import type { Caller } from '../../users/caller';
import { PersonalData } from '../../users/personal-data/personal-data.service';

/** How an export is sent: as a file to keep. */
export const EXPORT_FILE = {
  type: 'application/json; charset=utf-8',
  disposition: 'attachment; filename="latchkey-export.json"',
};

/** Taking away everything that is kept about one's account. */
@Injectable()
export class AccountExportService {
  constructor(
    private readonly personalData: PersonalData,
    private readonly audit: AuditWriter,
  ) {}

  /** Begins an export, which is recorded. @throws DomainError `overloaded` when too many are under way */
  async begin(caller: Caller): Promise<Readable> {
    const text = this.personalData.export(caller.user, networkOf(caller.client.ipAddress));
    try {
      await this.audit.recordAlone({ type: 'user.exported', actor: caller, accountId: caller.id, details: {} });
    } catch (error) {
      text.destroy();
      throw error;
    }
    return text;
  }
}
