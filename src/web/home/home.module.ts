import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { HomeController } from './home.controller';

/** The first page. */
@Feature({ name: 'home', access: { 'GET page /': 'public' } })
@Module({ controllers: [HomeController] })
export class HomeModule {}
