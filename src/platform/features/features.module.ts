import { Global, Module } from '@nestjs/common';
import { Features } from './features.service';

/** What modules register. Global, so that each room reads the kinds that are its own. */
@Global()
@Module({ providers: [Features], exports: [Features] })
export class FeaturesModule {}
