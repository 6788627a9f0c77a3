import { Global, Module } from '@nestjs/common';
import { AuthConfig } from './auth.config';
import { DatabaseConfig } from './database.config';
import { Keyring } from './keyring';
import { MailConfig } from './mail.config';
import { QuotaConfig } from './quota.config';
import { ResponseConfig } from './response.config';
import { ServerConfig } from './server.config';
import { ExternalConfig } from './sign-in/external.config';
import { SignInConfig } from './sign-in/sign-in.config';
import { WebAuthnConfig } from './sign-in/webauthn.config';
import { SiteConfig } from './site.config';
import { ENVIRONMENT, type Environment } from './variables/environment';
import { SecretFile } from './variables/secret-file';

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
    { provide: SignInConfig, useFactory: (env: Environment) => new SignInConfig(env), inject: [ENVIRONMENT] },
    { provide: SiteConfig, useFactory: (env: Environment) => new SiteConfig(env), inject: [ENVIRONMENT] },
    { provide: WebAuthnConfig, useFactory: (env: Environment) => new WebAuthnConfig(env), inject: [ENVIRONMENT] },
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
    ServerConfig,
    ResponseConfig,
    DatabaseConfig,
    AuthConfig,
    MailConfig,
    QuotaConfig,
    SignInConfig,
    SiteConfig,
    WebAuthnConfig,
    ExternalConfig,
    Keyring,
  ],
})
export class ConfigModule {}
