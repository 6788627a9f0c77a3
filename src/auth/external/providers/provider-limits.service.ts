import { Injectable } from '@nestjs/common';

/** What a provider may cost. */
@Injectable()
export class ProviderLimits {
  /** Time for everything that is asked of a provider in one request, in milliseconds. */
  timeoutMs = 5_000;
  /** Bytes of one answer. */
  maxBytes = 1_048_576;
  /** Lifetime of the metadata of a provider, in milliseconds. */
  readonly metadataTtlMs = 3_600_000;
}
