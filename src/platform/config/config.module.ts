import { Global, Module } from '@nestjs/common';
import { AuthConfig } from './auth.config';
import { DatabaseConfig } from './database.config';
import { ENVIRONMENT, type Environment } from './environment';
import { ExternalConfig } from './external.config';
import { Keyring } from './keyring';
import { MailConfig } from './mail.config';
import { QuotaConfig } from './quota.config';
import { ResponseConfig } from './response.config';
import { SecretFile } from './secret-file';
import { ServerConfig } from './server.config';
import { SiteConfig } from './site.config';

/** Makes the configuration injectable: one class per concern, validated at startup. */
@Global()
@Module({
  providers: [
    { provide: ENVIRONMENT, useFactory: () => process.env },
    { provide: ServerConfig, useFactory: (env: Environment) => new ServerConfig(env), inject: [ENVIRONMENT] },
    { provide: ResponseConfig, useFactory: (env: Environment) => new ResponseConfig(env), inject: [ENVIRONMENT] },
    { provide: DatabaseConfig, useFactory: (env: Environment) => new DatabaseConfig(env), inject: [ENVIRONMENT] },
    { provide: AuthConfig, useFactory: (env: Environment) => new AuthConfig(env), inject: [ENVIRONMENT] },
    { provide: MailConfig, useFactory: (env: Environment) => new MailConfig(env), inject: [ENVIRONMENT] },
    { provide: QuotaConfig, useFactory: (env: Environment) => new QuotaConfig(env), inject: [ENVIRONMENT] },
    { provide: SiteConfig, useFactory: (env: Environment) => new SiteConfig(env), inject: [ENVIRONMENT] },
    { provide: ExternalConfig, useFactory: (env: Environment) => new ExternalConfig(env), inject: [ENVIRONMENT] },
    {
      provide: Keyring,
      useFactory: (auth: AuthConfig, database: DatabaseConfig) => {
        const [first, ...rest] = auth.secrets;
        return new Keyring(first === undefined ? new SecretFile(database.dataDir).read() : [first, ...rest]);
      },
      inject: [AuthConfig, DatabaseConfig],
    },
  ],
  exports: [
    ...[ServerConfig, ResponseConfig, DatabaseConfig, AuthConfig, MailConfig, QuotaConfig, SiteConfig, ExternalConfig],
    Keyring,
  ],
})
export class ConfigModule {}
