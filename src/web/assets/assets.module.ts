import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller';
import { Assets } from './assets.service';

/** What pages load besides themselves. */
@Module({ controllers: [AssetsController], providers: [Assets], exports: [Assets] })
export class AssetsModule {}
