import { Global, Module } from '@nestjs/common';
import { Features } from './features.service';

/** The registered features. Global, so that each room can read its own properties. */
@Global()
@Module({ providers: [Features], exports: [Features] })
export class FeaturesModule {}
