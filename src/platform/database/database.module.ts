import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseConfig } from '../config/database.config';
import { Features } from '../features/features.service';
import { PaginationModule } from '../pagination/pagination.module';
import { dataSourceOptions, openDataSource } from './connection/data-source';
import { Database } from './database.service';
import { schemaOf } from './migrating/schema';
import { isUnavailable } from './sql/database-errors';

/** Opens and optionally migrates the database, and provides `Database` to every module. */
@Global()
@Module({
  imports: [
    PaginationModule,
    TypeOrmModule.forRootAsync({
      inject: [DatabaseConfig, Features],
      useFactory: (config: DatabaseConfig, features: Features) => ({
        ...dataSourceOptions(config, schemaOf(features.all)),
        // PostgreSQL may start later than this process.
        retryAttempts: 10,
        retryDelay: 1000,
        toRetry: (error: unknown) => config.postgresUrl !== undefined && isUnavailable(error),
      }),
      dataSourceFactory: (options) => {
        if (!options) throw new TypeError('The data source was asked for without its options');
        return openDataSource(options);
      },
    }),
  ],
  providers: [Database],
  exports: [Database],
})
export class DatabaseModule {}
