import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { JwksController } from './jwks.controller';
import { SigningKeys1763714000000 } from './migrations/1763714000000-signing-keys';
import { SigningKeySet } from './signing-key-set.service';
import { SigningKey } from './signing-key.entity';
import { SigningKeys } from './signing-keys.service';

/** How often a server reads the keys, in milliseconds: several times in the hour before a new one signs. */
const REFRESH_EVERY_MS = 300_000;

/** Key pairs for access tokens that other services can verify, and their publication. */
@Feature({
  name: 'signing-keys',
  access: { 'GET /.well-known/jwks.json': 'public' },
  entities: [SigningKey],
  migrations: [SigningKeys1763714000000],
  jobs: {
    'refresh-signing-keys': { everyMs: REFRESH_EVERY_MS, run: using(SigningKeySet, (keys) => keys.refresh()) },
    'purge-signing-keys': { everyMs: HOUR_MS, run: using(SigningKeySet, (keys) => keys.purge()) },
  },
})
@Module({
  controllers: [JwksController],
  providers: [SigningKeys, SigningKeySet],
  exports: [SigningKeys, SigningKeySet],
})
export class SigningKeysModule {}
